// The harness is measured by the known bugs that it finds: each is planted, and the sweep that its documentation names
// has to find it within a thousand seeds, by a checker that explains it.
#include "catch.hpp"
#include "scenarios/known_bugs.hpp"
#include "scenarios/shipped_runs.hpp"

namespace raftsim::tests {

namespace {

constexpr std::uint64_t seeds = 1000;

// The first verdict of the sweep that the documentation of `known` names.
std::optional<checkers::Verdict> first_find(const scenarios::KnownBug& known) {
  core::Mutations mutations;
  mutations.plant(known.mutation);
  std::vector<std::string> settings;
  if (!known.setting.empty()) settings.emplace_back(known.setting);
  const auto scenario = shipped_scenario(known.scenario, settings, mutations);
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    auto outcome = outcome_of(scenario, seed);
    if (outcome.verdict) return outcome.verdict;
  }
  return std::nullopt;
}

}  // namespace

TEST_CASE("Every known bug is found within a thousand seeds of the scenario that its documentation names", "[long]") {
  for (const auto& known : scenarios::known_bugs()) {
    DYNAMIC_SECTION(known.name) {
      const auto verdict = first_find(known);
      REQUIRE(verdict.has_value());
      INFO(verdict->checker << ": expected " << verdict->expected << "; seen " << verdict->seen);
      CHECK(known.checkers.find(verdict->checker) != std::string_view::npos);
    }
  }
}

TEST_CASE(
    "What finds the whole-state rewrite with linear backtracking is the backtracking: the rewrite alone is in time") {
  const auto scenario = shipped_scenario("backup-with-persistence", {"raft.persistence.mode=rewrite"});
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    INFO("seed " << seed);
    CHECK_FALSE(outcome_of(scenario, seed).verdict.has_value());
  }
}

}  // namespace raftsim::tests
