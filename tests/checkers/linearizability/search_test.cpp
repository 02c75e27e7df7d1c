#include "checkers/linearizability/search.hpp"

#include "catch.hpp"
#include "told.hpp"

namespace raftsim::checkers::story {

namespace {

Linearizable judged(const Told& told) {
  const auto operations = told.key();
  return Search(operations).run(1'000'000);
}

}  // namespace

TEST_CASE("sequential operations have the order in which they happened", "[linearizability]") {
  Told told;
  told.does(1, get(), no).does(1, put("a"), ok).does(2, get(), is("a")).does(2, append("b"), ok);
  told.does(1, get(), is("ab")).does(1, compare_and_set("ab", "c"), ok).does(2, compare_and_set("ab", "d"), no);
  told.does(1, get(), is("c")).does(2, erase(), ok).does(2, erase(), no).does(1, get(), no);
  CHECK(judged(told) == Linearizable::yes);
}

TEST_CASE("a read that misses a write acknowledged before it has no place in any order", "[linearizability]") {
  Told told;
  told.does(1, put("a"), ok).does(2, get(), no);
  CHECK(judged(told) == Linearizable::no);
}

TEST_CASE("while a write is under way reads may see it or not, but it must not disappear again", "[linearizability]") {
  Told told;
  told.does(1, put("a"), ok).asks(1, put("b")).does(2, get(), is("a")).does(2, get(), is("b"));
  CHECK(judged(Told(told).hears(1, ok)) == Linearizable::yes);
  told.does(3, get(), is("a")).hears(1, ok);
  CHECK(judged(told) == Linearizable::no);
}

TEST_CASE("a write without an answer may take effect late, or never", "[linearizability]") {
  Told never;
  never.does(1, put("a"), ok).asks(2, put("b")).gives_up(2).does(1, get(), is("a")).does(3, get(), is("a"));
  CHECK(judged(never) == Linearizable::yes);
  SECTION("late") {
    CHECK(judged(never.does(1, get(), is("b"))) == Linearizable::yes);
    SECTION("but not take it back") { CHECK(judged(never.does(1, get(), is("a"))) == Linearizable::no); }
  }
  SECTION("and not before it was asked for") {
    Told told;
    told.does(1, get(), is("b")).asks(2, put("b"));
    CHECK(judged(told) == Linearizable::no);
  }
}

TEST_CASE("two compare-and-sets from the same value cannot both succeed", "[linearizability]") {
  Told told;
  told.does(1, put("a"), ok).asks(1, compare_and_set("a", "b")).asks(2, compare_and_set("a", "c")).hears(1, ok);
  CHECK(judged(Told(told).hears(2, no)) == Linearizable::yes);
  CHECK(judged(told.hears(2, ok)) == Linearizable::no);
}

TEST_CASE("an append that took effect twice is visible to reads", "[linearizability]") {
  Told told;
  told.does(1, append("a"), ok).does(1, get(), is("aa"));
  CHECK(judged(told) == Linearizable::no);
}

TEST_CASE("a search that runs out of steps returns unknown, and can continue", "[linearizability]") {
  Told told;
  for (std::uint32_t client = 1; client <= 8; ++client) told.asks(client, put(std::string(1, char('a' + client))));
  for (std::uint32_t client = 1; client <= 8; ++client) told.hears(client, ok);
  told.does(1, get(), is("nobody's"));
  const auto operations = told.key();
  Search search(operations);
  CHECK(search.run(10) == Linearizable::unknown);
  CHECK(search.run(10) == Linearizable::unknown);
  CHECK(search.run(1'000'000) == Linearizable::no);
  CHECK(search.run(0) == Linearizable::no);
  CHECK(search_all({{{}, operations}}, 20).linearizable == Linearizable::unknown);
}

TEST_CASE("tried sets are cached: concurrent writes cost the number of sets, not of orders", "[linearizability]") {
  Told told;
  for (std::uint32_t client = 1; client <= 12; ++client) told.asks(client, put(std::string(1, char('a' + client))));
  for (std::uint32_t client = 1; client <= 12; ++client) told.hears(client, ok);
  told.does(1, get(), is("nobody's"));
  CHECK(judged(told) == Linearizable::no);  // 12 factorial is 479 million; one million steps are allowed
}

TEST_CASE("one hard key does not keep others from being judged", "[linearizability]") {
  Told hard;
  for (std::uint32_t client = 1; client <= 30; ++client) hard.asks(client, put(std::string(1, char('A' + client))));
  for (std::uint32_t client = 1; client <= 30; ++client) hard.hears(client, ok);
  hard.does(1, get(), is("nobody's"));
  Told bad;
  bad.does(1, put("a", 2), ok).does(2, get(2), no);
  const auto judgement = search_all({{{}, hard.key()}, {{}, bad.key()}}, 100'000);
  CHECK(judgement.linearizable == Linearizable::no);
  REQUIRE(judgement.key.operations.size() == 2);
  CHECK(judgement.key.operations.front().asked.key == core::Key{2});
}

}  // namespace raftsim::checkers::story
