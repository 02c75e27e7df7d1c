#include "catch.hpp"
#include "history.hpp"

namespace raftsim::checkers::story {

namespace {

// S1 leads term 7 with five entries; S2 has acknowledged three, and the rest is in flight.
History three_of_five() {
  History history;
  history.elected(1, 7, {2});
  for (const auto* command : {"a", "b", "c", "d", "e"}) history.appends(1, 7, command);
  for (const auto* command : {"a", "b", "c"}) history.appends(2, 7, command);
  history.hears_success(1, 2, 0, 3).believes(1, 2, 3, 6);
  return history;
}

}  // namespace

TEST_CASE("a rejection that an ack has overtaken does not move next_index back", "[no-stale-rewind]") {
  auto history = three_of_five();
  history.hears_rejection(1, 2, 2).believes(1, 2, 3, 5, core::ProgressState::probe, core::Reason::rejection);
  CHECK(
      history.verdict() ==
      "no-stale-rewind: a stale reply does not move next_index of S1 for S2 back; match_index is 3; it went back from "
      "6 to 5 by a rejection of index 2 (packet 4), sent at 0.000 s in term 7: the logs are known to agree there "
      "since");
  CHECK(history.suite().verdict()->property == "progress");
}

TEST_CASE("an old ack does not move next_index back", "[no-stale-rewind]") {
  auto history = three_of_five();
  history.hears_success(1, 2, 0, 1, 2).believes(1, 2, 3, 4);
  CHECK(history.suite().verdict()->checker == "no-stale-rewind");
  CHECK(
      history.suite().verdict()->seen ==
      "it went back from 6 to 4 by a success for the entries up to 1 (packet 4, a duplicate of 2), sent at 0.000 s in "
      "term 7: a success says nothing against what comes before it");
}

TEST_CASE("next_index does not move to where the logs are known to match, whatever the reply", "[no-stale-rewind]") {
  auto history = three_of_five();
  history.hears_rejection(1, 2, 5).believes(1, 2, 3, 3, core::ProgressState::probe, core::Reason::rejection);
  CHECK(history.verdict() ==
        "no-stale-rewind: next_index of S1 for S2 stays above 3, up to where the logs are known to agree; it went back "
        "from 6 to 3");
}

TEST_CASE("while probing, the second copy of a rejection does not move next_index back again", "[no-stale-rewind]") {
  History history;
  history.elected(1, 7, {2});
  for (const auto* command : {"a", "b", "c", "d", "e"}) history.appends(1, 7, command);
  history.believes(1, 2, 0, 6, core::ProgressState::probe);
  history.hears_rejection(1, 2, 5).believes(1, 2, 0, 5, core::ProgressState::probe, core::Reason::rejection);
  CHECK(history.verdict() == "");
  history.hears_rejection(1, 2, 5, 3).believes(1, 2, 0, 4, core::ProgressState::probe, core::Reason::rejection);
  CHECK(history.suite().verdict()->checker == "no-stale-rewind");
}

TEST_CASE("probing moves next_index back with each fresh rejection", "[no-stale-rewind]") {
  History history;
  history.elected(1, 7, {2});
  for (const auto* command : {"a", "b", "c", "d", "e"}) history.appends(1, 7, command);
  history.believes(1, 2, 0, 6, core::ProgressState::probe);
  for (std::uint64_t next = 5; next >= 1; --next) {
    history.hears_rejection(1, 2, next).believes(1, 2, 0, next, core::ProgressState::probe, core::Reason::rejection);
  }
  CHECK(history.verdict() == "");
  CHECK(history.reached(Situation::backed_up_several_rounds));
}

TEST_CASE("a rejection of a message in flight means that an earlier one was lost", "[no-stale-rewind]") {
  auto history = three_of_five();
  history.hears_rejection(1, 2, 4).believes(1, 2, 3, 4, core::ProgressState::probe, core::Reason::rejection);
  CHECK(history.verdict() == "");
}

TEST_CASE("a window considered lost is sent again from match_index on", "[no-stale-rewind]") {
  auto history = three_of_five();
  history.believes(1, 2, 3, 4, core::ProgressState::probe, core::Reason::window_stalled);
  CHECK(history.verdict() == "");
  CHECK(history.reached(Situation::window_stalled));
}

TEST_CASE("stale replies that change nothing are correct, and counted", "[no-stale-rewind]") {
  // Copies of the first reply received: a newer one has arrived since.
  auto history = three_of_five();
  history.hears_success(1, 2, 2, 1).hears_success(1, 2, 0, 1, 1).hears_rejection(1, 2, 2, 1);
  CHECK(history.verdict() == "");
  CHECK(history.reached(Situation::stale_ack_in_replicate));
  CHECK(history.reached(Situation::stale_rejection_delivered));
  CHECK(!history.reached(Situation::stale_ack_in_probe));
  history.believes(1, 2, 3, 4, core::ProgressState::probe, core::Reason::window_stalled).hears_success(1, 2, 0, 1, 1);
  CHECK(history.reached(Situation::stale_ack_in_probe));
  CHECK(!history.reached(Situation::stale_ack_in_snapshot));
  history.believes(1, 2, 3, 5, core::ProgressState::snapshot, core::Reason::compacted_log);
  history.hears_success(1, 2, 0, 1, 1);
  CHECK(history.reached(Situation::stale_ack_in_snapshot));
}

TEST_CASE("a heartbeat's ack for less than is known is not stale if nothing overtook it", "[no-stale-rewind]") {
  auto history = three_of_five();
  history.hears_success(1, 2, 1, 0);
  CHECK(history.verdict() == "");
  CHECK(!history.reached(Situation::stale_ack_in_replicate));
}

TEST_CASE("a rejection from before a snapshot was sent does not abandon its transfer", "[no-stale-rewind][snapshots]") {
  // S2 lacks index 2, which the leader's log no longer holds: a snapshot up to index 4 is being sent.
  History history;
  history.elected(1, 7, {2});
  for (const auto* command : {"a", "b", "c", "d", "e"}) history.appends(1, 7, command);
  history.hears_rejection(1, 2, 5).believes(1, 2, 0, 2, core::ProgressState::probe, core::Reason::rejection);
  history.believes(1, 2, 0, 5, core::ProgressState::snapshot, core::Reason::compacted_log);
  CHECK(history.verdict() == "");
  SECTION("ignored") {
    history.hears_rejection(1, 2, 3);
    CHECK(history.verdict() == "");
  }
  SECTION("heeded") {
    history.hears_rejection(1, 2, 3).believes(1, 2, 0, 3, core::ProgressState::probe, core::Reason::rejection);
    CHECK(history.verdict() ==
          "no-stale-rewind: a stale reply does not move next_index of S1 for S2 back; match_index is 0; it went back "
          "from 5 to 3 by a rejection of index 3 (packet 4), sent at 0.000 s in term 7: a snapshot is on its way, and "
          "no entries are");
  }
  SECTION("a chunk that is sent again is no step back") {
    history.at(500).believes(1, 2, 0, 5, core::ProgressState::snapshot, core::Reason::chunk_timeout);
    CHECK(history.verdict() == "");
  }
}

}  // namespace raftsim::checkers::story
