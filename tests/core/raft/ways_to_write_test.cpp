// Ways in which people write a Raft that the paper leaves open, each an option: what it changes, and what it costs.
#include <algorithm>
#include <set>
#include <vector>

#include "catch.hpp"
#include "test_server.hpp"

using namespace raftsim::core;
using namespace raftsim::core::test;

namespace {

std::size_t entries_in(const std::vector<Message>& messages) {
  std::size_t count = 0;
  for (const AppendEntries& sent : bodies<AppendEntries>(messages)) count += sent.entries.size();
  return count;
}

}  // namespace

TEST_CASE("A leader sends entries while its own disk still writes them, unless it is told to wait", "[10.2.1]") {
  for (const bool waits : {false, true}) {
    Options options = plain();
    options.replicate_after_fsync = waits;
    Server leader(1, 3, options);
    leader.win_election();
    for (int follower : {2, 3}) leader.receive(follower, 1, success(0, 1));
    for (int follower : {2, 3}) leader.receive(follower, 1, success(1, 0));
    leader.slow_disk = true;
    CHECK(entries_in(leader.propose({"a"})) == (waits ? 0 : 2));
    REQUIRE(leader.writes_in_flight() == 1);
    CHECK(entries_in(leader.disk_done()) == (waits ? 2 : 0));
    leader.receive(2, 1, success(1, 1));
    CHECK(leader.raft().commit_index() == Index{2});
  }
}

TEST_CASE("Heartbeats of a leader that waits for its disk go on, so that nobody stands against it", "[10.2.1]") {
  Options options = plain();
  options.replicate_after_fsync = true;
  Server leader(1, 3, options);
  leader.win_election();
  for (int follower : {2, 3}) leader.receive(follower, 1, success(0, 1));
  leader.slow_disk = true;
  leader.propose({"a"});
  const auto meanwhile = leader.wait(500ms);
  CHECK(bodies<AppendEntries>(meanwhile).size() >= 20);  // two each 50 ms
  CHECK(entries_in(meanwhile) == 0);
  CHECK(leader.raft().commit_index() == Index{1});
}

TEST_CASE("After a rejection a leader tries again at once, or with the next heartbeat", "[5.3]") {
  for (const auto when : {AfterRejection::at_once, AfterRejection::heartbeat}) {
    Options options = plain();
    options.after_rejection = when;
    options.backtracking = Backtracking::decrement;
    Server leader(1, 3, options, {.hard_state = {.term = {1}, .vote = no_server}, .log = log_of({1, 1, 1, 1})});
    leader.win_election();
    const auto rejection = [](std::uint64_t previous) {
      return AppendEntriesReply{.previous = {previous}, .success = false, .last_index = {0}};
    };
    const auto at_once = leader.receive(2, 2, rejection(4));
    CHECK(at_once.size() == (when == AfterRejection::at_once ? 1 : 0));
    if (when == AfterRejection::at_once) continue;
    CHECK(leader.progress(2).next_index() == Index{4});
    CHECK(entries_in(leader.propose({"a"})) == 0);  // no other occasion will do
    const auto with_heartbeat = leader.wait(options.heartbeat_interval);
    const auto probes = std::count_if(with_heartbeat.begin(), with_heartbeat.end(), [](const Message& message) {
      return message.to == server_id(2) && body_of<AppendEntries>(message).previous.index == Index{3};
    });
    CHECK(probes == 1);
    CHECK(leader.receive(2, 2, rejection(3)).empty());  // and so one step for each heartbeat
  }
}

TEST_CASE("An election timeout is kept until the next attempt, or drawn anew at each restart", "[5.2]") {
  for (const bool redraws : {false, true}) {
    Options options = plain();
    options.redraw_election_timeout = redraws;
    Server follower(2, 3, options);
    std::set<Duration> waits;
    for (int i = 0; i < 5; ++i) {
      follower.receive(1, 1, AppendEntries{});
      waits.insert(follower.raft().wake_at() - follower.now);
    }
    CHECK(waits.size() == (redraws ? 5 : 1));
  }
}

TEST_CASE("A granted vote restarts the timer likewise", "[5.2]") {
  for (const bool redraws : {false, true}) {
    Options options = plain();
    options.redraw_election_timeout = redraws;
    Server voter(2, 3, options);
    const Duration first = voter.raft().wake_at() - voter.now;
    voter.receive(1, 1, RequestVote{.last = {}});
    CHECK((voter.raft().wake_at() - voter.now == first) != redraws);
  }
}
