// Lease reads: without a message, based on a promise that voters made and on clocks with bounded drift (dissertation,
// section 6.4.1).
#include "catch.hpp"
#include "test_cluster.hpp"

using namespace raftsim::core;
using namespace raftsim::core::test;

namespace {

Options with_leases(std::initializer_list<Mutation> mutations = {}) {
  Options options;
  options.lease_reads = true;
  options.max_clock_drift_permille = 250;
  return options_with(mutations, options);
}
// 150 ms by a follower's clock that runs a quarter faster.
constexpr Duration lease_length = 120ms;

AppendEntriesReply answer_to_round(std::uint64_t round, std::uint64_t previous = 1, std::uint32_t count = 0) {
  return {.previous = {previous}, .count = count, .success = true, .round = round};
}

bool reads_at_once(Server& leader) {
  static std::uint64_t number = 0;
  leader.outcomes();
  leader.read(++number);
  const auto outcomes = leader.outcomes();
  return outcomes.size() == 1 && outcomes[0].confirmed;
}

// S1 leads three servers, has committed an entry of its own term and has sent its first heartbeat.
Server leader_with_lease(const Options& options) {
  Server leader(1, 3, options);
  leader.win_election();
  leader.receive(2, 1, answer_to_round(0, 0, 1));
  REQUIRE(leader.raft().commit_index() == Index{1});
  REQUIRE_FALSE(reads_at_once(leader));
  leader.wake();
  return leader;
}

RequestVote later_vote_request(bool pre_vote = false) { return {.last = {{9}, {9}}, .pre_vote = pre_vote}; }

}  // namespace

TEST_CASE("A lease starts when its round was sent, and is measured by the slower clock", "[reads][lease]") {
  Server leader = leader_with_lease(with_leases());
  const Instant sent = leader.now;
  leader.now += 30ms;  // the answer takes its time
  leader.receive(2, 1, answer_to_round(2));
  leader.outcomes();
  CHECK(reads_at_once(leader));
  CHECK(leader.observed(ObservationKind::read_confirmed, Reason::confirmed_by_lease));
  leader.now = sent + lease_length - 1ns;
  CHECK(reads_at_once(leader));
  leader.now = sent + lease_length;
  CHECK_FALSE(reads_at_once(leader));
}

TEST_CASE("Known lease bugs serve reads after the lease should have ended", "[reads][lease]") {
  SECTION("without regard to clocks") {
    Server leader = leader_with_lease(with_leases({Mutation::lease_without_drift_bound}));
    const Instant sent = leader.now;
    leader.receive(2, 1, answer_to_round(2));
    leader.now = sent + lease_length;
    CHECK(reads_at_once(leader));
  }
  SECTION("from when the answers came: S2's promise is older than that") {
    Server leader = leader_with_lease(with_leases({Mutation::lease_from_ack_time}));
    const Instant sent = leader.now;
    leader.now += 100ms;
    leader.receive(2, 1, answer_to_round(2));
    leader.now = sent + 150ms;  // S2 may vote for another server by now
    CHECK(reads_at_once(leader));
  }
}

TEST_CASE("Heartbeats renew a lease while a quorum answers", "[reads][lease]") {
  Server leader = leader_with_lease(with_leases());
  std::uint64_t round = 2;
  for (int beat = 0; beat < 10; ++beat) {
    leader.receive(3, 1, answer_to_round(round));
    CHECK(reads_at_once(leader));
    leader.wake();
    ++round;
  }
}

TEST_CASE("A lease does not replace the commit of an entry of the leader's own term", "[reads][lease]") {
  Server leader(1, 3, with_leases());
  leader.win_election();
  leader.wake();
  leader.receive(2, 1, answer_to_round(1, 0));
  CHECK_FALSE(reads_at_once(leader));
  leader.receive(2, 1, answer_to_round(1, 0, 1));
  CHECK(reads_at_once(leader));
}

// A server told to start an election gets votes at once, despite the promise. When that message arrives is unknown.
TEST_CASE("A lease ends when the successor is told to start an election, and is not renewed in that term",
          "[reads][lease]") {
  const bool broken = GENERATE(false, true);
  Server leader = leader_with_lease(broken ? with_leases({Mutation::lease_survives_transfer}) : with_leases());
  leader.receive(2, 1, answer_to_round(2));
  REQUIRE(reads_at_once(leader));
  leader.transfer_to(2);
  REQUIRE(leader.observed(ObservationKind::transferring, Reason::transfer_requested));
  CHECK(reads_at_once(leader) == broken);
  if (broken) return;
  for (std::uint64_t round = 3; leader.raft().transfer().under_way(); ++round) {
    leader.wake();
    leader.receive(2, 1, answer_to_round(round));
    REQUIRE(leader.raft().role() == Role::leader);
  }
  CHECK_FALSE(reads_at_once(leader));
}

// The promise not to vote is kept in memory only. S2 answers S1's round, restarts at once, and would vote for S3 while
// S1 still serves reads by its lease.
TEST_CASE("A restarted server grants no vote until any lease it may have forgotten has expired", "[reads][lease]") {
  const bool broken = GENERATE(false, true);
  Server voter(2, 3, broken ? with_leases({Mutation::lease_forgets_restart}) : with_leases());
  voter.now += 1s;
  voter.receive(1, 1, AppendEntries{});
  voter.crash();
  voter.now += Options().election_timeout_min - 1ns;
  if (broken) {
    voter.receive(3, 2, later_vote_request());
    CHECK(voter.raft().vote() == server_id(3));
    return;
  }
  CHECK(voter.receive(3, 2, later_vote_request()).empty());
  CHECK(voter.raft().term() == Term{1});
  CHECK_FALSE(bodies<RequestVoteReply>(voter.receive(3, 2, later_vote_request(true))).at(0).granted);
  CHECK_FALSE(
      bodies<RequestVoteReply>(voter.receive(3, 1, later_vote_request())).at(0).granted);  // nor in its own term
  SECTION("unless the leader itself asks for the change") {
    voter.receive(3, 2, RequestVote{.last = {{9}, {9}}, .pre_vote = false, .leadership_transfer = true});
    CHECK(voter.raft().vote() == server_id(3));
  }
  SECTION("then it votes") {
    voter.now += 1ns;
    voter.receive(3, 2, later_vote_request());
    CHECK(voter.raft().vote() == server_id(3));
  }
}

TEST_CASE("The promise not to vote survives a newer term", "[reads][lease]") {
  Server voter(2, 3, with_leases());
  voter.now += 1s;
  voter.receive(1, 1, AppendEntries{});
  // A late rejection of an earlier pre-vote of S2, from a server with a newer term.
  voter.receive(3, 7, RequestVoteReply{.granted = false, .pre_vote = true});
  REQUIRE(voter.raft().term() == Term{7});
  REQUIRE(voter.raft().leader() == no_server);
  voter.receive(3, 7, later_vote_request());
  CHECK(voter.raft().vote() == no_server);
  CHECK(voter.receive(3, 8, later_vote_request()).empty());
  CHECK(voter.raft().term() == Term{7});
  voter.now += Options().election_timeout_min;
  voter.receive(3, 8, later_vote_request());
  CHECK(voter.raft().vote() == server_id(3));
}

TEST_CASE("Lease reads require leader stickiness and CheckQuorum", "[reads][lease]") {
  Options options = with_leases();
  (GENERATE(true, false) ? options.check_quorum : options.leader_stickiness) = false;
  CHECK_THROWS_AS(Server(1, 3, options), AssertionFailed);
}

TEST_CASE("A single-server cluster renews its lease by its own heartbeats", "[reads][lease]") {
  Server leader(1, 1, with_leases());
  leader.win_election();
  leader.wake();
  CHECK(reads_at_once(leader));
  CHECK(leader.observed(ObservationKind::read_confirmed, Reason::confirmed_by_lease));
}
