// A long history is proved as it grows, and what is proved is discarded.
#include "checkers/linearizability/proof.hpp"

#include "catch.hpp"
#include "checkers/linearizability/render.hpp"
#include "checkers/linearizability/search.hpp"
#include "checkers/linearizability/smallest.hpp"
#include "random_store.hpp"
#include "told.hpp"

namespace raftsim::checkers::story {

namespace {

Linearizable judged(const ClientHistory& history) {
  const KeyOperations key = history.by_key().at(0);
  return Search(key.operations, key.start).run(1'000'000);
}

std::optional<KeyOperations> left(const Told& told) { return left_when_proved({{}, told.key()}); }

}  // namespace

TEST_CASE("a long history takes no more memory than a short one", "[linearizability]") {
  ClientHistory history;
  RandomStore store(1, {.clients = 3, .losses = 100});
  store.run(1'000, {&history});
  const auto kept = history.kept();
  store.run(100'000, {&history});
  INFO(kept << " of 1,000 steps, " << history.kept() << " of 101,000");
  CHECK(history.size() > 30'000);
  CHECK(history.kept() < kept + 200);
  CHECK(judged(history) == Linearizable::yes);
}

TEST_CASE("discarding what is proved does not change whether a history has an order", "[linearizability]") {
  std::size_t refuted = 0;
  std::size_t forgetful = 0;
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    CAPTURE(seed);
    const bool loses = seed % 2 == 0;
    const StoreHabits habits{.clients = 1 + seed % 5,
                             .values = seed % 3 == 0 ? 2U : 1000U,
                             .losses = loses ? 20U : 100'000U,
                             .lies = seed % 7 * 5};
    ClientHistory whole(1000);
    ClientHistory forgets(1);
    RandomStore(seed, habits).run(100, {&whole, &forgets});
    const auto expected = judged(whole);
    // A lie may be explained by a lost write, if that took effect later than the servers report.
    if (expected == Linearizable::no || habits.lies == 0 || !loses) CHECK(judged(forgets) == expected);
    if (expected == Linearizable::no) ++refuted;
    if (forgets.kept() < whole.kept()) ++forgetful;
  }
  CHECK(refuted > 500);
  CHECK(forgetful > 1000);
}

TEST_CASE("what is kept is the last operation and the state of the key before it", "[linearizability]") {
  Told told;
  told.does(1, put("a"), ok, 1).does(2, append("b"), ok, 2).does(3, get(), is("ab"), 2);
  const auto after_get = left(told);
  REQUIRE(after_get);
  CHECK(after_get->start == KeyModel("ab"));
  CHECK(after_get->operations.size() == 1);
  CHECK(after_get->proved == 2);
  SECTION("nobody knows what an append leaves until somebody reads it") {
    CHECK(!says_what_it_leaves(told.does(1, append("c"), ok, 3).key().back()));
    CHECK(says_what_it_leaves(told.does(2, get(), is("abc"), 3).key().back()));
  }
  SECTION("what has no order is not forgotten") {
    told.does(1, get(), is("a"), 3);
    CHECK(!left(told));
    CHECK(!left(told.does(1, put("c"), ok, 4)));
  }
}

TEST_CASE("a read of a long discarded value is found, and drawn", "[linearizability]") {
  ClientHistory history(10);
  const auto at = [](int i) { return sim::Time(std::chrono::seconds(i)); };
  for (int i = 1; i <= 1000; ++i) {
    const auto number = static_cast<std::uint64_t>(i);
    history.invoked(1, number, put("x" + std::to_string(i)), at(i));
    history.returned(1, number, ok, {number}, at(i) + std::chrono::milliseconds(1));
  }
  CHECK(history.kept() < 20);
  CHECK(judged(history) == Linearizable::yes);
  history.invoked(2, 1, get(), at(1001));
  history.returned(2, 1, is("x7"), {1000}, at(1002));
  CHECK(judged(history) == Linearizable::no);
  const auto key = history.by_key().at(0);
  const auto smallest = smallest_without_order(key, 1000);
  REQUIRE(smallest.size() == 2);  // a kept write says what the key was then
  CHECK(why_no_order(smallest, key.start) ==
        "the longest order is C1#1000; C2#1 get k1 was answered \"x7\", and should then be answered \"x1000\"");
}

TEST_CASE("an abandoned write may take effect long after earlier operations are discarded", "[linearizability]") {
  ClientHistory history(1);
  const auto asks = [&](std::uint32_t client, std::uint64_t sequence, const core::Operation& asked) {
    history.invoked(client, sequence, asked, {});
  };
  std::uint64_t sequence = 0;
  const auto does = [&](const core::Operation& asked, const core::Answer& answer, std::uint64_t index) {
    asks(3, ++sequence, asked);
    history.returned(3, sequence, answer, {index}, {});
  };
  does(put("a"), ok, 1);
  asks(2, 1, put("late"));
  history.abandoned(2, 1);
  does(put("b"), ok, 2);
  CHECK(history.kept() == 2);
  SECTION("when a server says so") {
    history.took_effect(2, 1, {3});
    does(get(), is("late"), 3);
    does(put("c"), ok, 4);
    does(put("d"), ok, 5);
    CHECK(history.kept() <= 3);
    CHECK(judged(history) == Linearizable::yes);
    does(get(), is("late"), 6);
    CHECK(judged(history) == Linearizable::no);
  }
  SECTION("when nobody says so: then it is there until the end") {
    does(get(), is("late"), 3);
    does(put("c"), ok, 4);
    CHECK(judged(history) == Linearizable::yes);
    does(get(), is("late"), 5);
    CHECK(judged(history) == Linearizable::no);
  }
  SECTION("or never") {
    for (int i = 0; i < 100; ++i) does(get(), is("b"), 3);
    CHECK(history.kept() < 10);
    CHECK(judged(history) == Linearizable::yes);
  }
}

}  // namespace raftsim::checkers::story
