#include "catch.hpp"
#include "history.hpp"

namespace raftsim::checkers::story {

namespace {

SuiteOptions bounded(EfficiencyBounds bounds) {
  auto options = History::in_memory(3);
  options.efficiency = bounds;
  return options;
}

// One entry is committed; election and replication took three messages of 100 bytes.
History one_committed(EfficiencyBounds bounds) {
  History history(bounded(bounds));
  history.elected(1, 7, {2}).appends(1, 7, "a").appends(2, 7, "a").acks(2, 1, 0, 1).commits(1, 1);
  return history;
}

// The leader of term 7 looks for the end of S2's log, `rounds` steps back from index 6.
History backed_up(std::uint64_t rounds, EfficiencyBounds bounds) {
  History history(bounded(bounds));
  history.elected(1, 7, {2});
  for (const auto* command : {"a", "b", "c", "d", "e"}) history.appends(1, 7, command);
  history.believes(1, 2, 0, 6, core::ProgressState::probe);
  for (std::uint64_t round = 1; round <= rounds; ++round) {
    history.hears_rejection(1, 2, 6 - round)
        .believes(1, 2, 0, 6 - round, core::ProgressState::probe, core::Reason::rejection);
  }
  return history;
}

}  // namespace

TEST_CASE("too many messages for what was committed are caught at the end", "[efficiency]") {
  auto history = one_committed({2, 0, 0});
  CHECK(history.verdict() == "");
  history.suite().ended(history.moment());
  CHECK(history.verdict() ==
        "efficiency: at most 2 messages for each committed entry; 3 messages were sent and 1 entry was committed: 3 "
        "each");
  CHECK(history.suite().verdict()->property == "efficiency");
}

TEST_CASE("too many bytes for what was committed are caught at the end", "[efficiency]") {
  auto history = one_committed({0, 299, 0});
  history.suite().ended(history.moment());
  CHECK(history.suite().verdict()->checker == "efficiency");
}

TEST_CASE("as many as the bounds allow are accepted", "[efficiency]") {
  auto history = one_committed({3, 300, 0});
  history.suite().ended(history.moment());
  CHECK(history.verdict() == "");
}

TEST_CASE("all messages between servers count, including snapshots and reads", "[efficiency]") {
  auto history = one_committed({3, 0, 0});
  history.acks_snapshot(2, 1, 1).suite().ended(history.moment());
  CHECK(history.suite().verdict()->seen == "4 messages were sent and 1 entry was committed: 4 each");
}

TEST_CASE("a run that committed nothing has no ratio to judge", "[efficiency]") {
  History history(bounded({1, 1, 0}));
  history.elected(1, 7, {2}).suite().ended(history.moment());
  CHECK(history.verdict() == "");
}

TEST_CASE("backing up a follower one entry at a time exceeds its rounds as it happens", "[efficiency]") {
  auto history = backed_up(3, {0, 0, 2});
  CHECK(
      history.verdict() ==
      "efficiency: S1 finds where the log of S2 agrees with its own in at most 2 rounds; next_index went back 3 times "
      "without agreement, to 3");
}

TEST_CASE("rounds are counted until the logs match, and then start again", "[efficiency]") {
  auto history = backed_up(2, {0, 0, 2});
  history.appends(2, 7, "a").appends(2, 7, "b").appends(2, 7, "c");
  history.hears_success(1, 2, 3, 0)
      .believes(1, 2, 3, 6)
      .believes(1, 2, 3, 4, core::ProgressState::probe, core::Reason::window_stalled);
  CHECK(history.verdict() == "");
}

TEST_CASE("a new term of leadership starts counting rounds again", "[efficiency]") {
  auto history = backed_up(2, {0, 0, 2});
  history.elected(1, 8, {2});
  for (const std::uint64_t next : {5U, 4U}) {
    history.hears_rejection(1, 2, next).believes(1, 2, 0, next, core::ProgressState::probe, core::Reason::rejection);
  }
  CHECK(history.verdict() == "");
}

}  // namespace raftsim::checkers::story
