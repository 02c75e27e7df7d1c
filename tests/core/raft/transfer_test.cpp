// A leader transfers leadership to a chosen successor (dissertation, section 3.10).
#include "catch.hpp"
#include "test_cluster.hpp"

using namespace raftsim::core;
using namespace raftsim::core::test;

namespace {

// S1 leads three servers in term 1; both others have its first entry.
Server leader_of_three(const Options& options = {}) {
  Server leader(1, 3, options);
  leader.win_election();
  leader.receive(2, 1, success(0, 1));
  leader.receive(3, 1, success(0, 1));
  return leader;
}

}  // namespace

TEST_CASE("A transfer takes one message and one election, whatever the timers say", "[transfer]") {
  Cluster cluster(3);
  cluster.elect(1);
  cluster.propose(1, {"a"});
  const Instant before = cluster.now;
  cluster.post(cluster[1].transfer_to(3));
  CHECK(cluster[1].transferring);
  cluster.settle();
  CHECK(cluster[3].raft().role() == Role::leader);
  CHECK(cluster[3].raft().term() == Term{2});
  CHECK(cluster[1].raft().role() == Role::follower);
  CHECK(cluster[1].raft().leader() == server_id(3));
  CHECK(cluster.now == before);  // S2 has just heard its leader, and still starts an election
}

TEST_CASE("A successor that is behind catches up first", "[transfer]") {
  Server leader = leader_of_three();
  leader.propose({"a"});
  CHECK(bodies<TimeoutNow>(leader.transfer_to(2)).empty());
  CHECK(leader.observed(ObservationKind::transferring, Reason::transfer_begun));
  CHECK(bodies<TimeoutNow>(leader.receive(3, 1, success(1, 1))).empty());  // another server's ack
  CHECK(bodies<TimeoutNow>(leader.receive(2, 1, success(0, 1))).empty());  // an old one
  const auto messages = leader.receive(2, 1, success(1, 1));
  CHECK(bodies<TimeoutNow>(messages).size() == 1);
  CHECK(leader.observed(ObservationKind::transferring, Reason::transfer_requested));
  CHECK(bodies<TimeoutNow>(leader.receive(2, 1, success(1, 1))).empty());  // told once
}

TEST_CASE("During a transfer the leader accepts no proposals, so that its successor can catch up", "[transfer]") {
  const bool broken = GENERATE(false, true);
  Server leader = leader_of_three(broken ? options_with({Mutation::transfer_never_ends}) : Options());
  leader.propose({"before"});
  leader.transfer_to(2);
  const Instant begun = leader.now;
  CHECK(leader.propose({"refused"}).empty());
  CHECK_FALSE(leader.proposed);
  CHECK(leader.refusal == Refusal::transferring);
  CHECK(leader.raft().log().last().index == Index{2});

  // S2 is down; S3 keeps the leader in office.
  while (leader.now < begun + Options().transfer_timeout) {
    leader.wake();
    leader.receive(3, 1, success(1, 1));
  }
  REQUIRE(leader.raft().role() == Role::leader);
  leader.propose({"afterwards"});
  CHECK(leader.proposed.has_value() == !broken);
  if (!broken) CHECK(leader.now == begun + Options().transfer_timeout);  // it wakes by itself for that
}

TEST_CASE("A transfer to itself, to a stranger, during another one or by a follower is refused", "[transfer]") {
  Server leader = leader_of_three();
  CHECK(leader.transfer_to(1).empty());  // to itself
  CHECK_FALSE(leader.transferring);
  CHECK(leader.transfer_to(7).empty());  // to an unknown server
  CHECK_FALSE(leader.transferring);
  leader.transfer_to(2);
  CHECK(leader.transferring);
  CHECK(leader.transfer_to(3).empty());  // two successors would compete
  CHECK_FALSE(leader.transferring);

  Server follower(2, 3);
  CHECK(follower.transfer_to(3).empty());
  CHECK_FALSE(follower.transferring);
}

TEST_CASE("A server told to start an election does so without a pre-vote, and says that the leader asked",
          "[transfer]") {
  Server successor(2, 3);
  successor.receive(1, 1, AppendEntries{});
  const auto requests = bodies<RequestVote>(successor.receive(1, 1, TimeoutNow{}));
  CHECK(successor.observed(ObservationKind::became, Reason::timeout_now));
  CHECK(successor.raft().role() == Role::candidate);
  CHECK(successor.raft().term() == Term{2});
  REQUIRE(requests.size() == 2);
  CHECK(requests[0].leadership_transfer);
  CHECK_FALSE(requests[0].pre_vote);
  SECTION("a copy of the message changes nothing") {
    CHECK(successor.receive(1, 1, TimeoutNow{}).empty());
    CHECK(successor.raft().term() == Term{2});
    successor.receive(3, 2, RequestVoteReply{.granted = true});
    REQUIRE(successor.raft().role() == Role::leader);
    CHECK(successor.receive(1, 1, TimeoutNow{}).empty());
    CHECK(successor.raft().role() == Role::leader);
  }
  SECTION("if it does not win, it stands again as anybody does") {
    successor.wake();
    CHECK(successor.raft().role() == Role::pre_candidate);
    const auto again = successor.receive(3, 3, RequestVoteReply{.granted = true, .pre_vote = true});
    REQUIRE(bodies<RequestVote>(again).size() == 2);
    CHECK_FALSE(bodies<RequestVote>(again)[0].leadership_transfer);
  }
}

TEST_CASE("TimeoutNow from a server that is not the leader is ignored", "[transfer]") {
  Server server(2, 3);
  server.receive(1, 3, AppendEntries{});
  SECTION("of an older term") { CHECK(server.receive(3, 2, TimeoutNow{}).empty()); }
  SECTION("of a newer one, of which it has heard no leader") { CHECK(server.receive(3, 4, TimeoutNow{}).empty()); }
  SECTION("by another server") { CHECK(server.receive(3, 3, TimeoutNow{}).empty()); }
  CHECK(server.raft().role() == Role::follower);
  CHECK(server.observed(ObservationKind::ignored));
}

// After etcd's campaignTransfer and braft 3cfb1f1: stickiness would protect the very leader that wants to step down.
TEST_CASE("Leader stickiness does not prevent a transfer", "[transfer][stickiness]") {
  const bool transfer = GENERATE(true, false);
  Server voter(3, 3);
  voter.receive(1, 1, AppendEntries{});
  const auto replies = voter.receive(2, 2, RequestVote{.last = {}, .pre_vote = false, .leadership_transfer = transfer});
  CHECK((voter.raft().vote() == server_id(2)) == transfer);
  CHECK(replies.empty() == !transfer);
}

TEST_CASE("A leader deposed during a transfer has no transfer under way when it leads again", "[transfer]") {
  Server leader = leader_of_three();
  leader.propose({"a"});
  leader.transfer_to(2);
  leader.receive(3, 2, RequestVoteReply{.granted = false});
  REQUIRE(leader.raft().role() == Role::follower);
  leader.win_election();
  REQUIRE(leader.raft().role() == Role::leader);
  leader.propose({"b"});
  CHECK(leader.proposed);
}
