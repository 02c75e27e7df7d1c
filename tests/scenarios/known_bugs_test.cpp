// The table of known bugs is complete, and names what exists.
#include "scenarios/known_bugs.hpp"

#include <set>
#include <string_view>

#include "catch.hpp"

namespace raftsim::scenarios {
namespace {

TEST_CASE("Each planted bug has a name of its own, and says what it does and where it comes from") {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < core::mutation_count; ++i) {
    const auto mutation = static_cast<core::Mutation>(i);
    const auto& bug = known_bug(mutation);
    CHECK(bug.mutation == mutation);  // the table is in the order of the enumeration
    CHECK(mutation_named(bug.name) == mutation);
    CHECK_FALSE(bug.mechanism.empty());
    CHECK_FALSE(bug.origin.empty());
    CHECK_FALSE(bug.scenario.empty());
    CHECK_FALSE(bug.checkers.empty());
    names.insert(bug.name);
  }
  CHECK(names.size() == core::mutation_count);
  CHECK_FALSE(mutation_named("no-such-bug").has_value());
}

}  // namespace
}  // namespace raftsim::scenarios
