#include "catch.hpp"
#include "history.hpp"

namespace raftsim::checkers::story {

namespace {

History committed_at_leader() {
  History history;
  history.elected(1, 7, {2}).appends(1, 7, "a").appends(1, 7, "b").appends(2, 7, "a").appends(2, 7, "b").commits(1, 2);
  return history;
}

}  // namespace

TEST_CASE("a commit index that goes back is caught", "[commit-monotonic]") {
  auto history = committed_at_leader();
  history.commits(1, 1);
  CHECK(history.verdict() == "commit-monotonic: the commit index of S1 does not go back from 2; it went to 1");
}

TEST_CASE("a commit index past the end of the log is caught", "[commit-monotonic]") {
  auto history = committed_at_leader();
  history.follows(3, 7).appends(3, 7, "a").commits(3, 2);
  CHECK(history.verdict() == "commit-monotonic: the commit index of S3 is at most its last index, 1; it went to 2");
}

TEST_CASE("the removal of a committed entry is caught", "[commit-monotonic]") {
  auto history = committed_at_leader();
  history.commits(2, 2).truncates(2, 2);
  CHECK(history.verdict() ==
        "commit-monotonic: S2 keeps the entries up to its commit index 2; it removed its entries "
        "from index 2 on");
}

TEST_CASE("a commit index starts again after a crash, and may be lower than before", "[commit-monotonic]") {
  auto history = committed_at_leader();
  history.commits(2, 2).crashes(2).boots(2).commits(2, 1).commits(2, 1).commits(2, 2);
  CHECK(history.verdict() == "");
}

TEST_CASE("an installed snapshot moves the commit index to its end, and its entries cannot be removed",
          "[commit-monotonic][snapshots]") {
  History history;
  history.elected(1, 7, {2});
  for (const auto* command : {"a", "b", "c"}) history.appends(1, 7, command).appends(2, 7, command);
  history.commits(1, 3).follows(3, 7).installs(3, 2, 7).appends(3, 7, "c");
  SECTION("further on is right") {
    history.commits(3, 3);
    CHECK(history.verdict() == "");
  }
  SECTION("back is not") {
    history.commits(3, 1);
    CHECK(history.verdict() == "commit-monotonic: the commit index of S3 does not go back from 2; it went to 1");
  }
  SECTION("nor is a cut into it") {
    history.says({{3}, core::Truncated{{2}}});
    CHECK(history.verdict() ==
          "commit-monotonic: S3 keeps the entries up to its commit index 2; it removed its entries from index 2 on");
  }
}

}  // namespace raftsim::checkers::story
