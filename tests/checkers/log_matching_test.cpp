#include "catch.hpp"
#include "history.hpp"

namespace raftsim::checkers::story {

TEST_CASE("two logs that differ at the same index and term are caught", "[log-matching]") {
  History history;
  history.elected(1, 7, {2}).appends(1, 7, "a").appends(2, 7, "b");
  CHECK(history.verdict() ==
        "log-matching: logs with an entry of index 1 and term 7 are equal up to there; the log of S2 differs from the "
        "one S1 had");
}

TEST_CASE("logs that differ before an entry they share are caught at that entry", "[log-matching]") {
  // S2 has an entry of term 6 at index 1 that the leader lacks: the consistency check was skipped.
  History history;
  history.follows(2, 6).appends(2, 6, "old");
  history.elected(1, 7, {2}).appends(1, 7, "a").appends(1, 7, "b");
  CHECK(history.verdict() == "");
  history.appends(2, 7, "b");
  CHECK(history.verdict() ==
        "log-matching: logs with an entry of index 2 and term 7 are equal up to there; the log of S2 differs from the "
        "one S1 had");
}

TEST_CASE("a log with a gap is caught", "[log-matching]") {
  History history;
  history.follows(1, 7).appends(1, 7, "a").appends_at(1, 3, 7, "c");
  CHECK(history.verdict() == "log-matching: S1 appends at index 2, right after its last entry; it appended at index 3");
}

TEST_CASE("decreasing terms along a log are caught", "[log-matching]") {
  History history;
  history.follows(1, 7).appends(1, 7, "a").appends(1, 6, "b");
  CHECK(history.verdict() ==
        "log-matching: terms never decrease along the log of S1; an entry of term 6 at index 2 follows one of term 7");
}

TEST_CASE("different terms at the same index are a conflict, not a violation", "[log-matching]") {
  History history;
  history.elected(1, 7, {}).appends(1, 7, "a").elected(2, 8, {3}).appends(2, 8, "b").appends(3, 8, "b");
  history.follows(1, 8).truncates(1, 1).appends(1, 8, "b");
  CHECK(history.verdict() == "");
}

TEST_CASE("a replaced entry may come back with the log it belongs to", "[log-matching]") {
  History history;
  history.elected(1, 7, {}).appends(1, 7, "a").elected(2, 8, {3}).appends(2, 8, "b").appends(3, 8, "b");
  history.follows(3, 9).truncates(3, 1).appends(3, 7, "a").truncates(3, 1).appends(3, 8, "b");
  CHECK(history.verdict() == "");
}

// --- snapshots ---

namespace {

// S1 leads term 7 and has committed "a" and "b", which S2 has, too; S3 has three entries of term 5.
History with_old_follower() {
  History history;
  history.follows(3, 5).appends(3, 5, "x").appends(3, 5, "y").appends(3, 5, "z");
  history.elected(1, 7, {2}).appends(1, 7, "a").appends(2, 7, "a").appends(1, 7, "b").appends(2, 7, "b");
  return history.commits(1, 2).follows(3, 7);
}

}  // namespace

TEST_CASE("entries kept after a snapshot that conflicts with the log are caught", "[log-matching][snapshots]") {
  auto history = with_old_follower();
  history.installs(3, 2, 7, 3);
  CHECK(history.verdict() ==
        "log-matching: S3 keeps entries behind a snapshot only if its log has the snapshot's last entry, of term 7 at "
        "index 2; it kept those up to index 3 behind one of term 5");
}

TEST_CASE("a log that starts again at a snapshot is compared from there on", "[log-matching][snapshots]") {
  auto history = with_old_follower();
  history.installs(3, 2, 7).appends(1, 7, "c").appends(3, 7, "c");
  CHECK(history.verdict() == "");
  history.appends(1, 7, "d").appends(3, 7, "e");
  CHECK(history.verdict() ==
        "log-matching: logs with an entry of index 4 and term 7 are equal up to there; the log of S3 differs from the "
        "one S1 had");
}

TEST_CASE("a log that matches a snapshot continues where it was", "[log-matching][snapshots]") {
  auto history = with_old_follower();
  history.installs(2, 1, 7, 2).appends(1, 7, "c").appends(2, 7, "c");
  CHECK(history.verdict() == "");
}

}  // namespace raftsim::checkers::story
