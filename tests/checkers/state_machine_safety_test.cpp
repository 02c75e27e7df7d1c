#include "catch.hpp"
#include "history.hpp"

namespace raftsim::checkers::story {

TEST_CASE("a server that commits another history is caught before it applies it", "[state-machine-safety]") {
  // S3 has an old entry of its own at index 1, and applies the leader's commit index to it: the commit index was not
  // limited by the last entry that the leader confirmed.
  History history;
  history.follows(3, 5).appends(3, 5, "x");
  history.elected(1, 7, {2}).appends(1, 7, "a").appends(2, 7, "a").at(200).commits(1, 1).follows(3, 7).commits(3, 1);
  CHECK(history.verdict() ==
        "state-machine-safety: whoever commits up to index 1 has the same history up to there: the one that S1 "
        "committed in term 7 at 0.200 s; S3 moved its commit index to 1, and has another history, which ends in an "
        "entry of term 5 at index 1");
}

TEST_CASE("a server that applies another entry is caught", "[state-machine-safety]") {
  History history;
  history.elected(1, 7, {2}).appends(1, 7, "a").appends(2, 7, "a").commits(1, 1).applies(1, 1);
  CHECK(history.verdict() == "");
  history.commits(2, 1).applies_other(2, 1, "b");
  CHECK(history.suite().verdict()->checker == "state-machine-safety");
  CHECK(history.suite().verdict()->seen == "S2 applied another one");
}

TEST_CASE("servers that commit and apply the same at different times are correct", "[state-machine-safety]") {
  History history;
  history.elected(1, 7, {2}).appends(1, 7, "a").appends(1, 7, "b").appends(2, 7, "a").appends(2, 7, "b");
  history.commits(1, 1).applies(1, 1).commits(1, 2).applies(1, 2).commits(2, 2).applies(2, 1).applies(2, 2);
  CHECK(history.verdict() == "");
}

namespace {

core::Observation applied(unsigned server, std::uint64_t index, core::Digest machine) {
  const auto entry = core::digest_of({7}, core::EntryKind::command, index == 1 ? "a" : "b");
  return {{static_cast<std::uint16_t>(server)},
          core::Applied{.position = {{index}, {7}}, .entry = entry, .machine = machine}};
}

History committed_everywhere() {
  History history;
  history.elected(1, 7, {2}).appends(1, 7, "a").appends(1, 7, "b").appends(2, 7, "a").appends(2, 7, "b");
  history.at(200).commits(1, 1).commits(1, 2).commits(2, 1).commits(2, 2);
  return history;
}

}  // namespace

TEST_CASE("a server that derives another state from the same entries is caught", "[state-machine-safety]") {
  auto history = committed_everywhere();
  history.says(applied(1, 1, 11)).says(applied(2, 1, 11));
  history.at(300).says(applied(1, 2, 12));
  CHECK(history.verdict() == "");
  history.says(applied(2, 2, 13));
  CHECK(history.verdict() ==
        "state-machine-safety: what the entries up to index 2 amount to is the same for all: the state in which S1 was "
        "at 0.300 s; S2 applied the same entries, and is in another state");
}

TEST_CASE("a server that does not report its state is judged by its entries only", "[state-machine-safety]") {
  auto history = committed_everywhere();
  history.says(applied(1, 1, 11)).says(applied(2, 1, 0));
  CHECK(history.verdict() == "");
}

}  // namespace raftsim::checkers::story
