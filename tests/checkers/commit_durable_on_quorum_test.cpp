#include "catch.hpp"
#include "history.hpp"

namespace raftsim::checkers::story {

TEST_CASE("a commit that only a minority holds is caught", "[commit-durable-on-quorum]") {
  History history(History::in_memory(5));
  history.elected(1, 7, {2, 3}).appends(1, 7, "a").appends(2, 7, "a").commits(1, 1);
  CHECK(history.verdict() ==
        "commit-durable-on-quorum: what S1 commits up to index 1 is durable on 3 of 5 servers; it is durable on 2, not "
        "on S3 (durable up to 0), S4 (durable up to 0), S5 (durable up to 0)");
}

TEST_CASE("half of an even number is not a majority", "[commit-durable-on-quorum]") {
  History history(History::in_memory(4));
  history.elected(1, 7, {2, 3}).appends(1, 7, "a").appends(2, 7, "a").commits(1, 1);
  CHECK(history.suite().verdict()->checker == "commit-durable-on-quorum");
}

TEST_CASE("the leader's own entry does not count before its own fsync", "[commit-durable-on-quorum]") {
  History history(History::on_disks(3));
  history.elected(1, 7, {2}).appends(1, 7, "a").appends(2, 7, "a").saves(2).commits(1, 1);
  CHECK(history.verdict() ==
        "commit-durable-on-quorum: what S1 commits up to index 1 is durable on 2 of 3 servers; it is durable on 1, not "
        "on S1 (durable up to 0), S3 (durable up to 0)");
}

TEST_CASE("a leader may commit before its own fsync when a majority of others has done theirs",
          "[commit-durable-on-quorum]") {
  History history(History::on_disks(3));
  history.elected(1, 7, {2}).appends(1, 7, "a").appends(2, 7, "a").saves(2).follows(3, 7).appends(3, 7, "a").saves(3);
  history.commits(1, 1);
  CHECK(history.verdict() == "");
}

TEST_CASE("a crashed server's disk counts", "[commit-durable-on-quorum]") {
  History history(History::on_disks(3));
  history.elected(1, 7, {2}).appends(1, 7, "a").saves(1).appends(2, 7, "a").saves(2).crashes(2).commits(1, 1);
  CHECK(history.verdict() == "");
}

TEST_CASE("Figure 8: an entry of an older term is not committed by counting its copies", "[commit-durable-on-quorum]") {
  // (a) S1 leads term 2 and replicates to S2. (b) S5 leads term 3 with an entry of its own. (c) S1 leads term 4 and
  // replicates its old entry to S3: a majority has it, but S5 could still be elected and replace it.
  History history(History::in_memory(5));
  history.elected(1, 2, {2, 3}).appends(1, 2, "a").appends(2, 2, "a").elected(5, 3, {3, 4}).appends(5, 3, "x");
  history.elected(1, 4, {2, 3}).appends(1, 4, "b").appends(3, 2, "a");
  history.commits(1, 1);
  CHECK(
      history.verdict() ==
      "commit-durable-on-quorum: S1 commits by counting only entries of term 4, which it leads; it committed index 1, "
      "an entry of term 2");
}

TEST_CASE("Figure 8: an older entry is committed through one of the leader's own term", "[commit-durable-on-quorum]") {
  // (e) Once an entry of term 4 is on a majority, all earlier entries are committed with it.
  History history(History::in_memory(5));
  history.elected(1, 2, {2, 3}).appends(1, 2, "a").appends(2, 2, "a").elected(5, 3, {3, 4}).appends(5, 3, "x");
  history.elected(1, 4, {2, 3}).appends(1, 4, "b").appends(3, 2, "a");
  history.appends(2, 4, "b").appends(3, 4, "b").commits(1, 2);
  CHECK(history.verdict() == "");
  CHECK(history.reached(Situation::older_term_committed_through_own));
}

TEST_CASE("a follower that commits what no leader has committed is caught", "[commit-durable-on-quorum]") {
  History history;
  history.elected(1, 7, {2}).appends(1, 7, "a").appends(2, 7, "a").commits(2, 1);
  CHECK(
      history.verdict() ==
      "commit-durable-on-quorum: S2, which does not lead, commits no further than a leader has: index 0; it moved its "
      "commit index to 1");
}

TEST_CASE("a server with the prefix in a snapshot counts for later entries", "[commit-durable-on-quorum][snapshots]") {
  History history;
  history.elected(1, 7, {2}).appends(1, 7, "a").appends(2, 7, "a").appends(1, 7, "b").commits(1, 1);
  history.follows(3, 7).installs(3, 1, 7);
  SECTION("once it has that") {
    history.appends(3, 7, "b").commits(1, 2);
    CHECK(history.verdict() == "");
  }
  SECTION("and not before") {
    history.commits(1, 2);
    CHECK(history.suite().verdict()->checker == "commit-durable-on-quorum");
    CHECK(history.suite().verdict()->seen == "it is durable on 1, not on S2 (durable up to 1), S3 (durable up to 1)");
  }
}

}  // namespace raftsim::checkers::story
