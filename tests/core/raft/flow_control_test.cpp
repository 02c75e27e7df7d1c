// How much a leader sends to a follower, and when it resends: probing, the window, heartbeats, lost messages.
#include "catch.hpp"
#include "test_cluster.hpp"

using namespace raftsim::core;
using namespace raftsim::core::test;

namespace {

std::vector<Message> to(int number, const std::vector<Message>& messages) {
  std::vector<Message> found;
  for (const Message& message : messages) {
    if (message.to == server_id(number)) found.push_back(message);
  }
  return found;
}

// S1 leads three servers; S2 is in replicate state, S3 never answers.
Server replicating_leader(Options options) {
  Server leader(1, 3, options);
  leader.win_election();
  leader.receive(2, 1, success(0, 1));
  REQUIRE(leader.progress(2).state() == ProgressState::replicate);
  return leader;
}

}  // namespace

TEST_CASE("A follower that does not answer gets one message at a time", "[flow]") {
  Server leader = replicating_leader(plain());
  for (int i = 0; i < 10; ++i) CHECK(to(3, leader.propose({"a"})).empty());
  SECTION("after resend_after it is asked again, without the entries: it may be slow, and have them in a queue") {
    auto messages = to(3, leader.wake());  // 50 ms: it may yet answer
    REQUIRE(messages.size() == 1);
    CHECK(kind_of(messages[0]) == MessageKind::heartbeat);
    messages = to(3, leader.wake());  // 100 ms
    REQUIRE(messages.size() == 1);
    CHECK(body_of<AppendEntries>(messages[0]).entries.empty());
    CHECK(leader.observed(ObservationKind::moved_progress, Reason::probe_timeout));
    SECTION("when it answers, it gets all that has come since") {
      const auto appends = bodies<AppendEntries>(to(3, leader.receive(3, 1, success(0, 0))));
      REQUIRE(appends.size() == 1);
      CHECK(appends[0].previous.index == Index{0});
      CHECK(appends[0].entries.size() == 11);
    }
  }
}

TEST_CASE("A follower that keeps up gets messages without waiting for its acks, up to the window", "[flow]") {
  Options options = plain();
  options.max_inflight_messages = 4;
  Server leader = replicating_leader(options);
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
  Server leader = replicating_leader(options);
  const std::string long_command(600, 'x');
  CHECK(to(2, leader.propose({long_command})).size() == 1);
  CHECK(to(2, leader.propose({long_command})).size() == 1);  // the limit is exceeded by one message at most
  CHECK(to(2, leader.propose({"a"})).empty());
}

TEST_CASE("A message carries a limited number of entries and bytes, but at least one entry", "[flow]") {
  Options options = plain();
  SECTION("entries") {
    options.max_entries_per_message = 2;
    const auto appends = bodies<AppendEntries>(to(2, replicating_leader(options).propose({"a", "b", "c", "d", "e"})));
    REQUIRE(appends.size() == 3);
    CHECK(appends[0].entries.size() == 2);
    CHECK(appends[2].entries.size() == 1);
    CHECK(appends[2].previous.index == Index{5});
  }
  SECTION("bytes") {
    options.max_bytes_per_message = 100;
    const std::string long_command(200, 'x');
    const auto appends =
        bodies<AppendEntries>(to(2, replicating_leader(options).propose({"a", "b", long_command, "c"})));
    REQUIRE(appends.size() == 3);
    CHECK(appends[0].entries.size() == 2);
    CHECK(appends[1].entries.size() == 1);
    CHECK(appends[1].entries.view()[0].payload.view() == long_command);
  }
}

TEST_CASE("A heartbeat starts from the acknowledged index, so it cannot be rejected for overtaking entries", "[flow]") {
  Server leader = replicating_leader(plain());
  leader.propose({"a", "b"});
  const auto messages = to(2, leader.wake());
  REQUIRE(messages.size() == 1);
  CHECK(kind_of(messages[0]) == MessageKind::heartbeat);
  CHECK(body_of<AppendEntries>(messages[0]).previous.index == Index{1});
}

TEST_CASE("Entries unacknowledged for too long are sent again from the last known match", "[flow]") {
  Server leader = replicating_leader(plain());
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

TEST_CASE("A lost message is sent again after resend_after, not at the next heartbeat", "[flow]") {
  Options options = plain();
  options.heartbeat_interval = 900ms;
  options.election_timeout_min = 5s;
  options.election_timeout_max = 6s;
  options.resend_after = 50ms;
  Server leader = replicating_leader(options);
  leader.receive(3, 1, success(0, 1));
  const Instant sent = leader.now;
  REQUIRE(to(2, leader.propose({"lost"})).size() == 1);
  leader.receive(3, 1, success(1, 1));
  CHECK(leader.wait(49ms).empty());
  const auto messages = leader.wait(1ms);
  CHECK(leader.now == sent + 50ms);
  const auto appends = bodies<AppendEntries>(messages);
  REQUIRE(appends.size() == 1);  // S3 has it
  CHECK(messages[0].to == server_id(2));
  CHECK(appends[0].previous.index == Index{1});
  CHECK(appends[0].entries.size() == 1);
  SECTION("a probe that is lost, too, is waited for twice as long each time") {
    std::vector<Duration> waited;
    Instant last = leader.now;
    while (waited.size() < 4) {
      for (const Message& message : leader.wake()) {
        if (message.to != server_id(2)) continue;
        waited.push_back(leader.now - last);
        last = leader.now;
      }
    }
    CHECK(waited == std::vector<Duration>{50ms, 100ms, 200ms, 400ms});
  }
  SECTION("an answer ends it") {
    leader.receive(2, 1, success(1, 1));
    CHECK(leader.wait(849ms).empty());
    CHECK(leader.now == sent + 899ms);
    CHECK(leader.wait(1ms).size() == 2);  // the heartbeats
  }
}

TEST_CASE("Heartbeats continue while a follower's probe is unanswered", "[flow]") {
  Server leader = replicating_leader(plain());
  int heartbeats = 0;
  for (int beat = 0; beat < 20; ++beat) {
    leader.wait(leader.raft().options().heartbeat_interval);
    leader.receive(2, 1, success(1, 0));
  }
  for (int beat = 0; beat < 20; ++beat) {
    const auto messages = to(3, leader.wait(leader.raft().options().heartbeat_interval));
    CHECK(!messages.empty());
    heartbeats += static_cast<int>(messages.size());
  }
  CHECK(heartbeats < 30);  // 20 of them; the probe is sent again each 150 ms, mostly instead of one
}

// Entries in flight are not sent again because an ack for some of them arrived, or because one arrived late.
TEST_CASE("A late ack makes the leader send nothing, unless it is told to send on every reply", "[flow][stale]") {
  const auto sent_on_late_ack = [](bool guard, SendOn send_on) {
    Options options = plain();
    options.stale_ack_guard = guard;
    options.send_on = send_on;
    Server leader = replicating_leader(options);
    for (int i = 0; i < 4; ++i) leader.propose({"a"});  // 2, 3, 4, 5
    const auto on_time = bodies<AppendEntries>(to(2, leader.receive(2, 1, success(3, 1))));
    for (const AppendEntries& append : on_time) CHECK(append.entries.empty());  // the commit index alone
    return bodies<AppendEntries>(to(2, leader.receive(2, 1, success(1, 1)))).size();
  };
  CHECK(sent_on_late_ack(true, SendOn::progress) == 0);
  CHECK(sent_on_late_ack(true, SendOn::every_reply) == 0);
  CHECK(sent_on_late_ack(false, SendOn::progress) == 0);
  CHECK(sent_on_late_ack(false, SendOn::every_reply) == 1);
}

TEST_CASE("Without the guard, entries that a late ack moved back to are sent again with the next message",
          "[flow][stale]") {
  Options options = plain();
  options.stale_ack_guard = false;
  Server leader = replicating_leader(options);
  for (int i = 0; i < 4; ++i) leader.propose({"a"});  // 2, 3, 4, 5
  leader.receive(2, 1, success(3, 1));
  leader.receive(2, 1, success(1, 1));
  const auto appends = bodies<AppendEntries>(to(2, leader.propose({"b"})));
  REQUIRE(appends.size() == 1);
  CHECK(appends[0].previous.index == Index{2});
  CHECK(appends[0].entries.size() == 4);
}

// A network without faults, on which proposals overtake the acks of heartbeats: an older version had a message storm
// here, because it resent everything in flight on every ack, and again on the acks of that.
TEST_CASE("On a healthy network the leader sends no more without the guard than with it", "[flow][stale]") {
  const auto messages_of = [](bool guard) {
    Options options = plain();
    options.stale_ack_guard = guard;
    Cluster cluster(5, options);
    cluster.elect(1);
    int appends = 0;
    cluster.on_deliver = [&](const Message& message) {
      if (std::holds_alternative<AppendEntries>(message.body)) ++appends;
    };
    for (int command = 0; command < 200; ++command) {
      // Ten are in flight at a time.
      for (int i = 0; i < 10; ++i) {
        cluster[1].now = std::max(cluster[1].now, cluster.now);
        cluster.post(cluster[1].propose({"a"}));
      }
      cluster.settle();
      if (command % 10 == 0) cluster.wake(1);
    }
    CHECK(cluster[1].raft().commit_index() == cluster[1].raft().log().last().index);
    return appends;
  };
  const int with = messages_of(true);
  CHECK(with > 4 * 200);
  CHECK(messages_of(false) <= with);
}

TEST_CASE("A lost message is detected by the next one", "[flow]") {
  Cluster cluster(3, plain());
  cluster.elect(1);
  cluster.cut_off(2);
  cluster.propose(1, {"lost"});
  cluster.reconnect(2);
  cluster.propose(1, {"next"});  // rejected by S2: it follows an entry that S2 lacks
  CHECK(cluster[2].raft().log() == cluster[1].raft().log());
  CHECK(cluster[2].raft().commit_index() == Index{3});
}

TEST_CASE("A server that was down is brought up to date, however far behind it is", "[flow]") {
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

TEST_CASE("A restarted follower that lacks no entry learns from a heartbeat what is committed", "[flow]") {
  Cluster cluster(3, plain());
  cluster.elect(1);
  cluster.propose(1, {"a"});
  cluster[2].crash();
  CHECK(cluster[2].raft().commit_index() == Index{0});
  cluster.wake(1);
  CHECK(cluster[2].raft().commit_index() == Index{2});
}

TEST_CASE("One command on an idle cluster costs four messages per follower", "[flow]") {
  Cluster cluster(3, plain());
  cluster.elect(1);
  int messages = 0;
  cluster.on_deliver = [&](const Message&) { ++messages; };
  cluster.propose(1, {"a"});
  CHECK(messages == 2 * 4);  // the entry and its ack, the commit index and its ack
  CHECK(cluster[2].raft().commit_index() == Index{2});
  CHECK(cluster[3].raft().commit_index() == Index{2});
}
