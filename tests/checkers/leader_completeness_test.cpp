#include "catch.hpp"
#include "history.hpp"

namespace raftsim::checkers::story {

namespace {

// S1 leads term 7 and has committed "a" at index 1 with S2; S3 knows nothing of it.
History a_committed() {
  History history;
  history.at(100).elected(1, 7, {2}).appends(1, 7, "a").appends(2, 7, "a").at(200).commits(1, 1);
  return history;
}

}  // namespace

TEST_CASE("a leader that lacks a committed entry is caught when it is elected", "[leader-completeness]") {
  auto history = a_committed();
  history.follows(3, 7).elected(3, 8, {2});
  CHECK(history.verdict() ==
        "leader-completeness: the leader of term 8 has every entry committed before, up to index 1 (committed by S1 in "
        "term 7 at 0.200 s); S3 became leader of term 8, but its log ends at index 0");
}

TEST_CASE("a leader with another entry at a committed index is caught", "[leader-completeness]") {
  auto history = a_committed();
  history.follows(3, 5).appends(3, 5, "x").elected(3, 8, {2});
  CHECK(history.suite().verdict()->seen ==
        "S3 became leader of term 8, but it has an entry of term 5 at index 1, after another history");
}

TEST_CASE("a leader with all committed entries and more is correct", "[leader-completeness]") {
  auto history = a_committed();
  history.appends(2, 7, "b").elected(2, 8, {3});
  CHECK(history.verdict() == "");
}

TEST_CASE("entries committed in a later term do not bind a leader of an earlier one", "[leader-completeness]") {
  // S3 has the votes of term 6 but receives them late, when term 7 has long committed: its first message will depose
  // it.
  auto history = a_committed();
  history.leads(3, 6);
  CHECK(history.verdict() == "");
}

TEST_CASE("a commit by a deposed leader that the newer one does not have is caught", "[leader-completeness]") {
  History history;
  history.elected(1, 7, {2}).appends(1, 7, "a").appends(2, 7, "a");
  history.elected(3, 8, {});  // S3 leads with an empty log
  CHECK(history.verdict() == "");
  history.commits(1, 1);
  CHECK(history.verdict() ==
        "leader-completeness: what S1 commits in term 7, up to index 1, is in the log of S3, the leader of term 8; S3 "
        "leads term 8, but its log ends at index 0");
}

TEST_CASE("a deposed leader may still commit what the newer one has", "[leader-completeness]") {
  History history;
  history.elected(1, 7, {2}).appends(1, 7, "a").appends(2, 7, "a").elected(2, 8, {3}).commits(1, 1);
  CHECK(history.verdict() == "");
}

TEST_CASE("a leader may have the committed entries in a snapshot, but must not have fewer",
          "[leader-completeness][snapshots]") {
  History history;
  history.elected(1, 7, {2});
  for (const auto* command : {"a", "b"}) history.appends(1, 7, command).appends(2, 7, command);
  history.commits(1, 2).follows(3, 7);
  SECTION("everything") {
    history.installs(3, 2, 7).elected(3, 8, {2});
    CHECK(history.verdict() == "");
  }
  SECTION("less") {
    history.installs(3, 1, 7).elected(3, 8, {2});
    CHECK(history.suite().verdict()->checker == "leader-completeness");
    CHECK(history.suite().verdict()->seen == "S3 became leader of term 8, but its log ends at index 1");
  }
}

}  // namespace raftsim::checkers::story
