#include "catch.hpp"
#include "history.hpp"

namespace raftsim::checkers::story {

TEST_CASE("two granted votes in one term are caught when the second leaves", "[vote-once]") {
  History history;
  history.at(100).follows(3, 7).decides_for(3, 1).sends_vote(3, 1);
  history.at(200).decides_for(3, 2).sends_vote(3, 2);
  CHECK(history.verdict() ==
        "vote-once: S3 votes for one candidate in term 7; it voted for S1 at 0.100 s, and now granted it to S2");
}

TEST_CASE("a restart in between does not reset the vote", "[vote-once]") {
  // The vote left before it was durable, and a crash undid it.
  auto options = History::on_disks(3);
  options.without = {"durable-vote"};
  History history(options);
  history.follows(3, 7).saves(3).decides_for(3, 1).sends_vote(3, 1).crashes(3).boots(3);
  CHECK(history.verdict() == "");
  history.decides_for(3, 2).saves(3);
  CHECK(history.suite().verdict()->checker == "vote-once");
  CHECK(history.suite().verdict()->seen == "it voted for S1 at 0.000 s, and now has on its disk a vote for S2");
}

TEST_CASE("a candidate that votes for another in its own term is caught", "[vote-once]") {
  History history;
  history.stands(1, 7).asks_for_vote(1, 2).decides_for(1, 3).sends_vote(1, 3);
  CHECK(history.suite().verdict()->checker == "vote-once");
}

TEST_CASE("the same vote may be repeated, and each term has its own", "[vote-once]") {
  History history;
  history.follows(3, 7).decides_for(3, 1).sends_vote(3, 1).sends_vote(3, 1);
  history.follows(3, 8).decides_for(3, 2).sends_vote(3, 2);
  CHECK(history.verdict() == "");
}

TEST_CASE("pre-votes for several candidates are not votes", "[vote-once]") {
  History history;
  history.follows(3, 7).sends_vote(3, 1, true).sends_vote(3, 2, true).asks_for_vote(3, 1, true);
  CHECK(history.verdict() == "");
}

TEST_CASE("a decision that a crash undid before it left is not a vote", "[vote-once]") {
  History history(History::on_disks(3));
  history.follows(3, 7).saves(3).decides_for(3, 1).crashes(3).boots(3);
  history.decides_for(3, 2).saves(3).sends_vote(3, 2);
  CHECK(history.verdict() == "");
  CHECK(history.reached(Situation::voted_then_crashed_before_reply));
  CHECK(history.reached(Situation::crash_lost_unsynced_state));
}

}  // namespace raftsim::checkers::story
