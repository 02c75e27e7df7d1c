// What all servers are past is discarded, and no violation is missed because of that.
#include "checkers/horizon.hpp"

#include "catch.hpp"
#include "checkers/by_command.hpp"
#include "checkers/by_index.hpp"
#include "checkers/by_term.hpp"
#include "history.hpp"
#include "linearizability/told.hpp"

namespace raftsim::checkers::story {

namespace {

const std::string letters = "abcdefghijklmnopqrstuvwxyz";

// S1 leads three servers in term 7. Each entry it appends is committed and applied by all of `servers`.
History& replicates(History& history, std::uint64_t from, std::uint64_t to,
                    std::initializer_list<unsigned> servers = {1, 2, 3}) {
  for (auto index = from; index <= to; ++index) {
    for (const auto server : servers) history.appends(server, 7, letters.substr(index - 1, 1));
    for (const auto server : servers) history.commits(server, index).applies(server, index);
  }
  return history;
}

History& all_take_snapshots(History& history, std::uint64_t index) {
  for (const unsigned server : {1, 2, 3}) history.takes_snapshot(server, index, 7);
  return history;
}

History led(std::vector<std::string> without = {}) {
  auto options = History::in_memory(3);
  options.without = std::move(without);
  History history(options);
  history.elected(1, 7, {2});
  history.follows(3, 7);
  return history;
}

// With a snapshot up to `snapshot` and a log up to `last`.
History& comes_up(History& history, unsigned server, std::uint64_t snapshot, std::uint64_t last) {
  return history.says({{static_cast<std::uint16_t>(server)}, core::Booted{{7}, core::no_server, {last}, {snapshot}}});
}

std::uint64_t horizon_of(History& history) { return history.suite().horizon().index.value; }

// A history whose horizon is at 4, in a log that goes up to 12.
History with_horizon(std::vector<std::string> without = {}) {
  auto history = led(std::move(without));
  all_take_snapshots(replicates(history, 1, 4), 4);
  all_take_snapshots(replicates(history, 5, 8), 8);
  replicates(history, 9, 12);
  return history;
}

}  // namespace

TEST_CASE("the horizon is where all servers were, once all have a snapshot of a later state", "[horizon]") {
  auto history = led();
  all_take_snapshots(replicates(history, 1, 4), 4);
  CHECK(horizon_of(history) == 0);
  replicates(history, 5, 8).takes_snapshot(1, 8, 7).takes_snapshot(2, 8, 7);
  CHECK(horizon_of(history) == 0);  // S3 may still have work in progress from when it was at 4
  history.takes_snapshot(3, 8, 7);
  CHECK(horizon_of(history) == 4);
  CHECK(history.suite().horizon().term == core::Term{7});
  CHECK(history.suite().ledger().committed_first() == core::Index{4});
  CHECK(history.verdict() == "");
}

TEST_CASE("a server that is down or behind keeps the horizon from moving", "[horizon]") {
  auto history = led();
  all_take_snapshots(replicates(history, 1, 4), 4);
  history.crashes(3);
  const auto goes_on = [](History& told) {
    for (const std::uint64_t index : {8U, 12U, 16U, 20U}) {
      replicates(told, index - 3, index, {1, 2}).takes_snapshot(1, index, 7).takes_snapshot(2, index, 7);
    }
    return horizon_of(told);
  };
  SECTION("until it has caught up") {
    CHECK(goes_on(history) == 0);
    comes_up(history, 3, 4, 4).installs(3, 20, 7);
    all_take_snapshots(replicates(history, 21, 22), 22);
    all_take_snapshots(replicates(history, 23, 24), 24);
    CHECK(horizon_of(history) >= 20);
  }
  SECTION("but not who is switched off for good") {
    history.suite().retired({3});
    CHECK(goes_on(history) >= 12);
  }
  CHECK(history.verdict() == "");
}

TEST_CASE("going back below the horizon is caught", "[horizon]") {
  auto history = with_horizon();
  REQUIRE(horizon_of(history) == 4);
  SECTION("who removes entries there") {
    history.truncates(2, 3);
    CHECK(history.suite().verdict()->checker == "commit-monotonic");
  }
  SECTION("who applies entries there once more") {
    history.applies(2, 3);
    CHECK(history.suite().verdict()->checker == "apply-in-order");
  }
  SECTION("who installs a snapshot of what was there") {
    history.installs(2, 3, 7);
    CHECK(history.suite().verdict()->checker == "snapshot-is-prefix");
  }
  SECTION("who comes to lead without what was committed since") {
    history = with_horizon({"recovery"});
    comes_up(history.crashes(3), 3, 8, 10).elected(3, 8, {2});
    CHECK(history.suite().verdict()->checker == "leader-completeness");
  }
}

TEST_CASE("an arbitrarily late ack is judged as before", "[horizon]") {
  auto history = with_horizon();
  history.acks(2, 1, 1, 1).believes(1, 2, 2, 3);
  CHECK(history.verdict() == "");
  history.acks(2, 1, 8, 4).believes(1, 2, 12, 13);
  CHECK(history.verdict() == "");
  history.believes(1, 2, 11, 13);
  CHECK(history.suite().verdict()->checker == "match-truth");
}

TEST_CASE("entries acknowledged below the horizon must still survive a crash", "[horizon]") {
  auto history = led({"recovery"});
  replicates(history, 1, 2).acks(3, 1, 0, 2);
  all_take_snapshots(replicates(history, 3, 4), 4);
  all_take_snapshots(replicates(history, 5, 8), 8);
  REQUIRE(horizon_of(history) == 4);
  history.crashes(3);
  auto forgetful = history;
  comes_up(history, 3, 8, 8);
  CHECK(history.verdict() == "");
  comes_up(forgetful, 3, 0, 1);
  CHECK(forgetful.suite().verdict()->checker == "durable-ack");
}

TEST_CASE("a second effect of a command is caught even if the first is below the horizon", "[horizon]") {
  auto history = led();
  const auto applies = [&](unsigned server, std::uint64_t index, std::uint64_t sequence, std::uint64_t effect) {
    const auto entry = core::digest_of({7}, core::EntryKind::command, letters.substr(index - 1, 1));
    history.says(
        {{static_cast<std::uint16_t>(server)},
         core::Applied{.position = {{index}, {7}}, .effect = {effect}, .entry = entry, .command = {1, sequence}}});
  };
  const auto commits = [&](std::uint64_t index) {
    for (const unsigned server : {1, 2, 3}) history.appends(server, 7, letters.substr(index - 1, 1));
    for (const unsigned server : {1, 2, 3}) history.commits(server, index);
  };
  for (std::uint64_t index = 1; index <= 10; ++index) {
    history.suite().operation_invoked(history.moment(), 1, index, put("a"), true);
    commits(index);
    for (const unsigned server : {1, 2, 3}) applies(server, index, index, index);
    history.suite().operation_returned(history.moment(), 1, index, ok, {index});
    if (index % 4 == 0) all_take_snapshots(history, index);
  }
  REQUIRE(horizon_of(history) == 4);
  CHECK(history.verdict() == "");
  commits(11);
  SECTION("a copy that comes late is answered from the session") {
    applies(1, 11, 2, 2);
    CHECK(history.verdict() == "");
  }
  SECTION("not as if it were a later one") {
    applies(1, 11, 2, 9);
    CHECK(history.suite().verdict()->checker == "exactly-once");
  }
  SECTION("nor carried out again") {
    applies(1, 11, 2, 11);
    CHECK(history.verdict() ==
          "exactly-once: C1#2 takes effect once, before index 4; S1 let it take effect again at index 11");
  }
}

// --- what forgets ---

TEST_CASE("values by index are discarded from the front and keep their index", "[horizon]") {
  ByIndex<int> notes;
  for (int i = 0; i < 5000; ++i) notes.push_back(i);
  const auto copy = notes;
  notes.forget_before({4990});
  CHECK(notes.size() == 10);
  CHECK(notes.is_forgotten({4989}));
  CHECK(!notes.has({4989}));
  CHECK(notes[{4990}] == 4990);
  notes.grow_to({5001});
  CHECK(notes[{5000}] == 0);
  CHECK(notes.end() == core::Index{5002});
  CHECK(copy[{17}] == 17);
  SECTION("also those that are yet to come") {
    notes.forget_before({6000});
    CHECK(notes.size() == 0);
    notes.grow_to({6000});
    CHECK(notes.has({6000}));
  }
}

TEST_CASE("of values by term the newest is always kept", "[horizon]") {
  ByTerm<int> notes;
  notes.at({3}) = 30;
  notes.at({5}) = 50;
  notes.forget_before({9});
  CHECK(notes.find({3}) == nullptr);
  CHECK(notes.newest_term() == core::Term{5});
  CHECK(notes.newest() == 50);
}

TEST_CASE("values by command are discarded while finished, except for the last", "[horizon]") {
  ByCommand<int> notes;
  for (std::uint64_t sequence = 1; sequence <= 10; ++sequence) notes.at(2, sequence) = static_cast<int>(sequence);
  std::vector<int> went;
  const auto forget = [&](int below) {
    notes.forget([below](int note) { return note < below; },
                 [&](std::uint32_t, std::uint64_t, int note) { went.push_back(note); });
  };
  forget(4);
  CHECK(went == std::vector{0, 1, 2, 3});
  CHECK(notes.is_forgotten(2, 3));
  CHECK(notes.get(2, 3) == 0);
  CHECK(notes.get(2, 4) == 4);
  forget(100);
  CHECK(notes.get(2, 10) == 10);
  CHECK(notes.at(2, 12) == 0);
}

}  // namespace raftsim::checkers::story
