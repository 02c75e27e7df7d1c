#include "catch.hpp"
#include "history.hpp"

namespace raftsim::checkers::story {

TEST_CASE("a vote that leaves before it is on the disk is caught as it leaves", "[durable-vote]") {
  History history(History::on_disks(3));
  history.follows(3, 7).saves(3).decides_for(3, 1).sends_vote(3, 1);
  CHECK(history.verdict() ==
        "durable-vote: term 7 and the vote for S1 are durable on S3 before its vote leaves; its disk holds term 7 and "
        "a vote for nobody");
}

TEST_CASE("a vote in a term that is not on the disk is caught", "[durable-vote]") {
  History history(History::on_disks(3));
  history.follows(3, 6).decides_for(3, 1).saves(3).follows(3, 7).decides_for(3, 1).sends_vote(3, 1);
  CHECK(history.suite().verdict()->seen == "its disk holds term 6 and a vote for S1");
}

TEST_CASE("a candidacy that leaves before it is on the disk is caught", "[durable-vote]") {
  History history(History::on_disks(3));
  history.stands(1, 7).asks_for_vote(1, 2);
  CHECK(history.verdict() ==
        "durable-vote: term 7 and the vote for itself are durable on S1 before its RequestVote leaves; its disk holds "
        "term 0 and a vote for nobody");
}

TEST_CASE("votes and candidacies may leave once they are durable", "[durable-vote]") {
  History history(History::on_disks(3));
  history.elected(1, 7, {2, 3});
  CHECK(history.verdict() == "");
}

TEST_CASE("a vote of a term older than the one on the disk keeps its promise", "[durable-vote]") {
  // The server can no longer vote in term 7, so it need not remember that vote.
  History history(History::on_disks(3));
  history.follows(3, 8).saves(3);
  core::Message late{{3}, {1}, {7}, core::RequestVoteReply{true, false}};
  history.suite().sent(history.moment(), {}, late);
  CHECK(history.verdict() == "");
}

TEST_CASE("pre-votes promise nothing and may leave at any time", "[durable-vote]") {
  History history(History::on_disks(3));
  history.sends_vote(3, 1, true).asks_for_vote(3, 1, true);
  CHECK(history.verdict() == "");
}

}  // namespace raftsim::checkers::story
