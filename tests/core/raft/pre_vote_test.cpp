// Keeping a working leader in office, and a failed one out: pre-votes (dissertation, section 9.6), leader stickiness
// (4.2.3) and CheckQuorum (6.2).
#include "catch.hpp"
#include "test_cluster.hpp"

using namespace raftsim::core;
using namespace raftsim::core::test;

namespace {

RequestVote pre_vote(LogPosition last = {}) { return {.last = last, .pre_vote = true}; }
RequestVote real_vote(LogPosition last = {}) { return {.last = last, .pre_vote = false}; }

}  // namespace

TEST_CASE("A pre-candidate asks first, and changes neither term nor vote", "[pre-vote]") {
  Server server(1, 3, {}, {.hard_state = {{4}, server_id(2)}, .log = log_of({4})});
  const auto requests = server.wake();
  CHECK(server.raft().role() == Role::pre_candidate);
  CHECK(server.raft().term() == Term{4});
  CHECK(server.raft().vote() == server_id(2));  // one vote per term, whatever comes later
  CHECK(server.raft().leader() == no_server);
  REQUIRE(requests.size() == 2);
  CHECK(requests[0].term == Term{5});
  CHECK(body_of<RequestVote>(requests[0]).pre_vote);

  SECTION("with a quorum behind it, it stands for election") {
    const auto votes = server.receive(2, 5, RequestVoteReply{.granted = true, .pre_vote = true});
    CHECK(server.raft().role() == Role::candidate);
    CHECK(server.raft().term() == Term{5});
    CHECK(bodies<RequestVote>(votes).size() == 2);
  }
  SECTION("refused by a quorum it falls back") {
    server.receive(2, 4, RequestVoteReply{.granted = false, .pre_vote = true});
    server.receive(3, 4, RequestVoteReply{.granted = false, .pre_vote = true});
    CHECK(server.raft().role() == Role::follower);
    CHECK(server.raft().term() == Term{4});
  }
  SECTION("told of a newer term it enters it") {
    server.receive(2, 9, RequestVoteReply{.granted = false, .pre_vote = true});
    CHECK(server.raft().role() == Role::follower);
    CHECK(server.raft().term() == Term{9});
  }
  SECTION("the leader of its term takes it back") {
    server.receive(3, 4, AppendEntries{});
    CHECK(server.raft().role() == Role::follower);
    CHECK(server.raft().leader() == server_id(3));
  }
  SECTION("each round counts afresh") {
    server.wake();
    CHECK(server.raft().role() == Role::pre_candidate);
    CHECK(server.raft().term() == Term{4});
  }
}

TEST_CASE("A granted pre-vote is not a vote", "[pre-vote]") {
  Server server(1, 5);
  server.wake();
  server.receive(2, 1, RequestVoteReply{.granted = true, .pre_vote = true});
  server.receive(3, 1, RequestVoteReply{.granted = true, .pre_vote = true});
  REQUIRE(server.raft().role() == Role::candidate);
  REQUIRE(server.raft().term() == Term{1});
  // The others' pre-votes arrive late, for the very term that the candidate has entered since.
  server.receive(4, 1, RequestVoteReply{.granted = true, .pre_vote = true});
  server.receive(5, 1, RequestVoteReply{.granted = true, .pre_vote = true});
  CHECK(server.raft().role() == Role::candidate);
}

TEST_CASE("A pre-vote is granted as a vote would be, but promises nothing", "[pre-vote]") {
  Server voter(2, 3, {}, {.hard_state = {{4}, server_id(2)}, .log = log_of({4})});
  const Raft before = voter.raft();
  SECTION("granted, in the words of the term that was asked for") {
    const auto replies = voter.receive(1, 5, pre_vote({{1}, {4}}));
    CHECK(only_body<RequestVoteReply>(replies).granted);
    CHECK(replies[0].term == Term{5});
    CHECK(only_body<RequestVoteReply>(voter.receive(3, 5, pre_vote({{1}, {4}}))).granted);  // to another, too
  }
  SECTION("not to a log that is behind") {
    CHECK_FALSE(only_body<RequestVoteReply>(voter.receive(1, 5, pre_vote())).granted);
  }
  SECTION("not in a term whose vote is given") {
    CHECK_FALSE(only_body<RequestVoteReply>(voter.receive(1, 4, pre_vote({{1}, {4}}))).granted);
  }
  SECTION("nor in one that is past; and the answer says so") {
    const auto replies = voter.receive(1, 3, pre_vote({{1}, {4}}));
    CHECK_FALSE(only_body<RequestVoteReply>(replies).granted);
    CHECK(replies[0].term == Term{4});
  }
  CHECK(voter.raft() == before);  // not even the election timer
}

TEST_CASE("A server that was cut off does not depose the leader when it reconnects", "[pre-vote]") {
  const bool with_pre_vote = GENERATE(true, false);
  Options options = plain();
  options.pre_vote = with_pre_vote;
  Cluster cluster(3, options);
  cluster.elect(1);
  cluster.cut_off(3);
  for (int attempt = 0; attempt < 5; ++attempt) cluster.wake(3);
  cluster.reconnect(3);
  cluster.propose(1, {"a"});
  cluster[1].wait(50ms);
  CHECK((cluster[1].raft().role() == Role::leader) == with_pre_vote);
}

TEST_CASE("A server that heard the leader recently grants no vote", "[stickiness]") {
  Server voter(2, 3);
  voter.receive(1, 1, AppendEntries{});
  SECTION("a pre-vote is refused") {
    const auto replies = voter.receive(3, 2, pre_vote());
    CHECK_FALSE(only_body<RequestVoteReply>(replies).granted);
    CHECK(replies[0].term == Term{1});
  }
  SECTION("a request for a vote is not even heard: its term would depose the leader") {
    CHECK(voter.receive(3, 2, real_vote()).empty());
    CHECK(voter.raft().term() == Term{1});
    CHECK(voter.observed(ObservationKind::ignored, Reason::heard_leader_recently));
  }
  SECTION("until the minimum election timeout is over") {
    voter.now += Options().election_timeout_min;
    CHECK(only_body<RequestVoteReply>(voter.receive(3, 2, pre_vote())).granted);
    CHECK(only_body<RequestVoteReply>(voter.receive(3, 2, real_vote())).granted);
  }
  SECTION("the leader itself may ask: it leads no more") {
    CHECK(only_body<RequestVoteReply>(voter.receive(1, 2, pre_vote())).granted);
  }
  SECTION("a pre-candidate is bound to no leader") {
    voter.wake();
    CHECK(only_body<RequestVoteReply>(voter.receive(3, 2, pre_vote())).granted);
  }
}

TEST_CASE("A leader grants no vote while it leads", "[stickiness]") {
  Server leader(1, 3);
  leader.win_election();
  CHECK_FALSE(only_body<RequestVoteReply>(leader.receive(3, 2, pre_vote({{9}, {9}}))).granted);
  CHECK(leader.receive(3, 2, real_vote({{9}, {9}})).empty());
  CHECK(leader.raft().role() == Role::leader);
}

TEST_CASE("A leader without answers from a quorum steps down", "[check-quorum]") {
  Options options;
  options.check_quorum = GENERATE(true, false);
  Server leader(1, 3, options);
  leader.win_election();
  const Term term = leader.raft().term();
  leader.wait(options.election_timeout_min);
  CHECK((leader.raft().role() == Role::leader) == !options.check_quorum);
  CHECK(leader.raft().term() == term);
  if (options.check_quorum) CHECK(leader.raft().leader() == no_server);
}

TEST_CASE("A leader with an answer from one of two followers stays in office", "[check-quorum]") {
  Server leader(1, 3);
  leader.win_election();
  for (int beat = 0; beat < 20; ++beat) {
    leader.wake();
    leader.receive(2, 1, AppendEntriesReply{.previous = {0}, .count = 0, .success = true});
  }
  CHECK(leader.raft().role() == Role::leader);
  SECTION("rejections count, too: what matters is that it is heard") {
    leader.receive(2, 1, AppendEntriesReply{.previous = {0}, .count = 1, .success = true});
    for (int beat = 0; beat < 10; ++beat) {
      leader.wake();
      leader.receive(2, 1, AppendEntriesReply{.previous = {1}, .count = 1, .success = false});
    }
    CHECK(leader.raft().role() == Role::leader);
  }
}

// After etcd issues 8501 and 8243: a server with a newer term but an older log must neither win nor stall the rest.
TEST_CASE("A server ahead in term and behind in log does not stall the others", "[pre-vote]") {
  Cluster cluster({Restored{.hard_state = {{2}, no_server}, .log = log_of({1, 2})},
                   Restored{.hard_state = {{2}, no_server}, .log = log_of({1, 2})},
                   Restored{.hard_state = {{9}, no_server}, .log = log_of({1})}},
                  Options());
  cluster.cut_off(2);  // S1 needs S3
  cluster.elect(1);
  CHECK(cluster[1].raft().role() == Role::leader);
  CHECK(cluster[1].raft().term() > Term{9});
  CHECK(cluster[3].raft().log() == cluster[1].raft().log());
}
