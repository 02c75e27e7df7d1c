#include "checkers/linearizability/witness.hpp"

#include "catch.hpp"
#include "checkers/linearizability/search.hpp"
#include "random_store.hpp"
#include "told.hpp"

namespace raftsim::checkers::story {

TEST_CASE("the servers' order explains what a correct store did, and the search agrees", "[linearizability]") {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const auto operations = RandomStore(seed).run(60).by_key().at(0).operations;
    CAPTURE(seed);
    CHECK(is_witnessed(operations));
    CHECK(Search(operations).run(1'000'000) == Linearizable::yes);
  }
}

TEST_CASE("with one answer changed the witness never says yes if the search says no", "[linearizability]") {
  std::size_t refuted = 0;
  for (std::uint64_t seed = 0; seed < 600; ++seed) {
    RandomStore store(seed);
    auto operations = store.run(60).by_key().at(0).operations;
    auto& changed = operations[store.below(operations.size())];
    if (!changed.has_returned()) continue;
    switch (store.below(3)) {
      case 0:
        changed.answer.found = !changed.answer.found;
        break;
      case 1:
        changed.answer = operations[store.below(operations.size())].answer;
        break;
      default:
        changed.index.value += store.below(7);  // a server that reports the wrong index
        break;
    }
    CAPTURE(seed);
    const Linearizable searched = Search(operations).run(1'000'000);
    if (is_witnessed(operations)) CHECK(searched == Linearizable::yes);
    if (searched == Linearizable::no) ++refuted;
  }
  CHECK(refuted > 100);
}

TEST_CASE("an order that contradicts real time is not a witness", "[linearizability]") {
  Told told;
  told.does(1, put("a"), ok, 2).does(2, get(), no, 1);
  CHECK(!is_witnessed(told.key()));
}

TEST_CASE("a read is explained by the writes up to the index at which it was served", "[linearizability]") {
  Told told;
  told.asks(1, put("a")).asks(2, put("b")).asks(3, get()).hears(1, ok, 4).hears(2, ok, 5).hears(3, is("a"), 4);
  CHECK(is_witnessed(told.key()));
  SECTION("two reads at the same index are in the order in which they were asked") {
    told.does(3, get(), is("b"), 5).does(4, get(), is("b"), 5);
    CHECK(is_witnessed(told.key()));
  }
}

TEST_CASE("answers with an order are accepted despite a wrong index", "[linearizability]") {
  Told told;
  told.does(1, put("a"), ok, 9).does(2, get(), is("a"), 3);
  CHECK(!is_witnessed(told.key()));
  const auto operations = told.key();
  CHECK(Search(operations).run(1000) == Linearizable::yes);
}

}  // namespace raftsim::checkers::story
