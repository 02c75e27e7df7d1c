#include "catch.hpp"
#include "history.hpp"

namespace raftsim::checkers::story {

namespace {

History two_committed() {
  History history;
  history.elected(1, 7, {2}).appends(1, 7, "a").appends(1, 7, "b").appends(1, 7, "c");
  history.appends(2, 7, "a").appends(2, 7, "b").commits(1, 2);
  return history;
}

}  // namespace

TEST_CASE("a skipped entry is caught", "[apply-in-order]") {
  auto history = two_committed();
  history.applies(1, 2);
  CHECK(history.verdict() == "apply-in-order: S1 applies index 1 next; it applied index 2");
}

TEST_CASE("an entry applied twice is caught", "[apply-in-order]") {
  auto history = two_committed();
  history.applies(1, 1).applies(1, 1);
  CHECK(history.verdict() == "apply-in-order: S1 applies index 2 next; it applied index 1");
}

TEST_CASE("an entry applied before it is committed is caught", "[apply-in-order]") {
  auto history = two_committed();
  history.applies(1, 1).applies(1, 2).applies(1, 3);
  CHECK(history.verdict() == "apply-in-order: S1 applies nothing past its commit index 2; it applied index 3");
}

TEST_CASE("applying an entry that the log does not have is caught", "[apply-in-order]") {
  auto options = History::in_memory(3);
  options.without = {"state-machine-safety"};
  History history(options);
  history.elected(1, 7, {2}).appends(1, 7, "a").appends(2, 7, "a").commits(1, 1).applies_other(1, 1, "z");
  CHECK(history.verdict() ==
        "apply-in-order: S1 applies the entry that its log has at index 1; it applied another one");
}

TEST_CASE("after a crash everything is applied again, from the beginning", "[apply-in-order]") {
  auto history = two_committed();
  history.applies(1, 1).applies(1, 2).crashes(1).boots(1).commits(1, 2).applies(1, 1).applies(1, 2);
  CHECK(history.verdict() == "");
}

TEST_CASE("a snapshot counts as applied up to its end, and the next entry is applied next",
          "[apply-in-order][snapshots]") {
  History history;
  history.elected(1, 7, {2});
  for (const auto* command : {"a", "b", "c"}) history.appends(1, 7, command).appends(2, 7, command);
  history.commits(1, 3).follows(3, 7).installs(3, 2, 7).appends(3, 7, "c").commits(3, 3);
  SECTION("what follows it") {
    history.applies(3, 3);
    CHECK(history.verdict() == "");
  }
  SECTION("what it holds already") {
    history.applies_other(3, 2, "b");
    CHECK(history.verdict() == "apply-in-order: S3 applies index 3 next; it applied index 2");
  }
  SECTION("another entry than the one that follows") {
    history.applies_other(3, 3, "x");
    CHECK(history.suite().verdict()->checker == "state-machine-safety");
  }
}

}  // namespace raftsim::checkers::story
