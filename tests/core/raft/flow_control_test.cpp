// How much a leader sends to a follower, and when again: probing, the window, heartbeats, what is lost.
#include "catch.hpp"
#include "test_cluster.hpp"

using namespace raftsim::core;
using namespace raftsim::core::test;

namespace {

AppendEntriesReply success(std::uint64_t previous, std::uint32_t count) {
  return {.previous = {previous}, .count = count, .success = true};
}

std::vector<Message> to(int number, const std::vector<Message>& messages) {
  std::vector<Message> found;
  for (const Message& message : messages) {
    if (message.to == server_id(number)) found.push_back(message);
  }
  return found;
}

// S1 leads three servers; S2 is being replicated to, S3 never answers.
Server leader_with(Options options) {
  Server leader(1, 3, options);
  leader.win_election();
  leader.receive(2, 1, success(0, 1));
  REQUIRE(leader.progress(2).state() == ProgressState::replicate);
  return leader;
}

}  // namespace

TEST_CASE("A follower that does not answer gets one message at a time", "[flow]") {
  Server leader = leader_with(plain());
  for (int i = 0; i < 10; ++i) CHECK(to(3, leader.propose({"a"})).empty());
  SECTION("at a heartbeat it is asked again, with all that has come since, but not too soon") {
    auto messages = to(3, leader.wake());  // 50 ms: it may yet answer
    REQUIRE(messages.size() == 1);
    CHECK(kind_of(messages[0]) == MessageKind::heartbeat);
    messages = to(3, leader.wake());  // 100 ms
    REQUIRE(messages.size() == 1);
    CHECK(body_of<AppendEntries>(messages[0]).entries.size() == 11);
    CHECK(leader.observed(ObservationKind::moved_progress, Reason::probe_timeout));
  }
}

TEST_CASE("A follower that keeps up gets messages without waiting for its acks, up to the window", "[flow]") {
  Options options = plain();
  options.max_inflight_messages = 4;
  Server leader = leader_with(options);
  for (int i = 0; i < 4; ++i) CHECK(to(2, leader.propose({"a"})).size() == 1);
  CHECK(to(2, leader.propose({"a"})).empty());
  CHECK(to(2, leader.propose({"a"})).empty());
  CHECK(leader.progress(2).next_index() == Index{6});
  SECTION("an ack opens it, and what has piled up leaves as one message") {
    const auto messages = leader.receive(2, 1, success(1, 1));
    const auto appends = bodies<AppendEntries>(to(2, messages));
    REQUIRE(appends.size() == 1);
    CHECK(appends[0].previous.index == Index{5});
    CHECK(appends[0].entries.size() == 2);
  }
  SECTION("an overtaken ack opens nothing") {
    leader.receive(2, 1, success(4, 1));
    const std::size_t in_flight = leader.progress(2).inflight().messages();
    CHECK(leader.receive(2, 1, success(1, 1)).empty());
    CHECK(leader.progress(2).inflight().messages() == in_flight);
  }
}

TEST_CASE("The window has a limit in bytes, too", "[flow]") {
  Options options = plain();
  options.max_inflight_bytes = 1000;
  Server leader = leader_with(options);
  const std::string long_command(600, 'x');
  CHECK(to(2, leader.propose({long_command})).size() == 1);
  CHECK(to(2, leader.propose({long_command})).size() == 1);  // the limit is passed by one message at most
  CHECK(to(2, leader.propose({"a"})).empty());
}

TEST_CASE("A message carries a limited number of entries and bytes, but at least one entry", "[flow]") {
  Options options = plain();
  SECTION("entries") {
    options.max_entries_per_message = 2;
    const auto appends = bodies<AppendEntries>(to(2, leader_with(options).propose({"a", "b", "c", "d", "e"})));
    REQUIRE(appends.size() == 3);
    CHECK(appends[0].entries.size() == 2);
    CHECK(appends[2].entries.size() == 1);
    CHECK(appends[2].previous.index == Index{5});
  }
  SECTION("bytes") {
    options.max_bytes_per_message = 100;
    const std::string long_command(200, 'x');
    const auto appends = bodies<AppendEntries>(to(2, leader_with(options).propose({"a", "b", long_command, "c"})));
    REQUIRE(appends.size() == 3);
    CHECK(appends[0].entries.size() == 2);
    CHECK(appends[1].entries.size() == 1);
    CHECK(appends[1].entries.view()[0].payload.view() == long_command);
  }
}

TEST_CASE("A heartbeat starts from what is acknowledged, so that it cannot be rejected for overtaking entries",
          "[flow]") {
  Server leader = leader_with(plain());
  leader.propose({"a", "b"});
  const auto messages = to(2, leader.wake());
  REQUIRE(messages.size() == 1);
  CHECK(kind_of(messages[0]) == MessageKind::heartbeat);
  CHECK(body_of<AppendEntries>(messages[0]).previous.index == Index{1});
}

TEST_CASE("Entries that are not acknowledged for long are sent again from the last known match", "[flow]") {
  Server leader = leader_with(plain());
  leader.propose({"a"});
  leader.propose({"b"});
  leader.wake();
  const auto messages = to(2, leader.wake());  // 100 ms
  CHECK(leader.observed(ObservationKind::moved_progress, Reason::window_stalled));
  const auto appends = bodies<AppendEntries>(messages);
  REQUIRE(appends.size() == 1);
  CHECK(appends[0].previous.index == Index{1});
  CHECK(appends[0].entries.size() == 2);
  CHECK(leader.progress(2).state() == ProgressState::probe);
}

TEST_CASE("A lost message is noticed by the one that follows it", "[flow]") {
  Cluster cluster(3, plain());
  cluster.elect(1);
  cluster.cut_off(2);
  cluster.propose(1, {"lost"});
  cluster.reconnect(2);
  cluster.propose(1, {"next"});  // rejected by S2: it follows an entry that S2 has not
  CHECK(cluster[2].raft().log() == cluster[1].raft().log());
  CHECK(cluster[2].raft().commit_index() == Index{3});
}

TEST_CASE("A server that was away is brought up to date, however far it is behind", "[flow]") {
  Options options = plain();
  options.max_entries_per_message = 8;
  options.max_inflight_messages = 4;
  Cluster cluster(3, options);
  cluster.elect(1);
  cluster.cut_off(3);
  for (int i = 0; i < 300; ++i) cluster.propose(1, {"a"});
  cluster.reconnect(3);
  for (int beat = 0; beat < 4; ++beat) cluster.wake(1);
  CHECK(cluster[3].raft().log() == cluster[1].raft().log());
  CHECK(cluster[3].raft().commit_index() == Index{301});
}

TEST_CASE("A restarted follower that lacks nothing learns by a heartbeat what is committed", "[flow]") {
  Cluster cluster(3, plain());
  cluster.elect(1);
  cluster.propose(1, {"a"});
  cluster[2].crash();
  CHECK(cluster[2].raft().commit_index() == Index{0});
  cluster.wake(1);
  CHECK(cluster[2].raft().commit_index() == Index{2});
}

TEST_CASE("One command costs four messages for each follower when nothing else goes on", "[flow]") {
  Cluster cluster(3, plain());
  cluster.elect(1);
  int messages = 0;
  cluster.on_deliver = [&](const Message&) { ++messages; };
  cluster.propose(1, {"a"});
  CHECK(messages == 2 * 4);  // the entry and its ack, the commit index and its ack
  CHECK(cluster[2].raft().commit_index() == Index{2});
  CHECK(cluster[3].raft().commit_index() == Index{2});
}
