// What a disk has lost, in words: only that a server goes on with less than was promised leaves the model.
#include "checkers/broken_promises.hpp"

#include "catch.hpp"

using namespace raftsim;
using namespace raftsim::checkers;

namespace {

// Term 3, a vote for S2, and entries of these terms.
DurableImage image(std::initializer_list<std::uint64_t> terms, core::HardState hard_state = {{3}, {2}}) {
  DurableImage result(nullptr);
  result.remember(hard_state);
  core::Index index{1};
  for (const auto term : terms) {
    result.append({.position = {index, {term}}, .entry = term});
    index = index.next();
  }
  return result;
}

}  // namespace

TEST_CASE("A disk that holds what it promised, or more, has lost nothing") {
  const auto promised = promise_of(image({1, 1, 2}));
  CHECK_FALSE(what_is_lost(promised, image({1, 1, 2})));
  CHECK_FALSE(what_is_lost(promised, image({1, 1, 2, 3})));
  CHECK_FALSE(what_is_lost(promised, image({1, 1, 2}, {{4}, {}})));
}

TEST_CASE("A disk may lose a term, a vote, the end of a log, or hold another one") {
  const auto promised = promise_of(image({1, 1, 2}));
  CHECK(what_is_lost(promised, image({1, 1, 2}, {{2}, {2}})) ==
        "term 3 with a vote for S2: it holds term 2 with a vote for S2");
  CHECK(what_is_lost(promised, image({1, 1, 2}, {{3}, {}})) ==
        "term 3 with a vote for S2: it holds term 3 with a vote for nobody");
  CHECK(what_is_lost(promised, image({1, 1})) == "a log up to index 3: it holds one up to index 2");
  CHECK(what_is_lost(promised, image({1, 1, 3})) == "a log up to index 3: it holds another one");
}
