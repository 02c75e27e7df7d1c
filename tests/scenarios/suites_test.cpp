// Suites are what others test their Rafts with. Ours passes them, and a Raft with a bug does not.
#include <algorithm>
#include <memory>
#include <string>

#include "catch.hpp"
#include "scenarios/builtin.hpp"
#include "scenarios/cluster/run.hpp"
#include "scenarios/known_bugs.hpp"
#include "scenarios/scenario_json.hpp"

using namespace raftsim;
using namespace raftsim::scenarios;

namespace {

std::shared_ptr<const Scenario> of_suite(std::string_view name, core::Mutations mutations = {}) {
  for (const auto& suite : builtin_suites()) {
    for (const auto& each : suite.scenarios) {
      if (each.name != name) continue;
      auto scenario = scenario_from_json(each.json, name);
      scenario.raft.mutations = mutations;
      return std::make_shared<const Scenario>(std::move(scenario));
    }
  }
  throw std::invalid_argument("no suite has " + std::string(name));
}

// What finds the bug in 20 seeds of the scenario: the first, or "none".
std::string finder_of(std::string_view name, std::string_view bug) {
  core::Mutations mutations;
  mutations.plant(*mutation_named(bug));
  auto scenario = *of_suite(name, mutations);
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto outcome = Run(std::make_shared<const Scenario>(scenario), seed).finish();
    if (outcome.verdict) return outcome.verdict->checker;
  }
  return "none";
}

}  // namespace

TEST_CASE("All 28 tests of the MIT labs 3A to 3D are there, and no scenario has the name of another") {
  const auto suites = builtin_suites();
  const auto lab =
      std::find_if(suites.begin(), suites.end(), [](const auto& suite) { return suite.name == "mit-lab"; });
  REQUIRE(lab != suites.end());
  CHECK(lab->scenarios.size() == 28);
  std::vector<std::string_view> names;
  for (const auto& each : builtin_scenarios()) names.push_back(each.name);
  for (const auto& suite : builtin_suites()) {
    for (const auto& each : suite.scenarios) names.push_back(each.name);
  }
  std::sort(names.begin(), names.end());
  CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());
}

TEST_CASE("Our Raft passes every scenario of every suite, also when nobody judges it") {
  for (const auto& suite : builtin_suites()) {
    for (const auto& each : suite.scenarios) {
      const auto scenario = of_suite(each.name);
      for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        const auto outcome = Run(scenario, seed).finish();
        CAPTURE(each.name, seed);
        if (outcome.verdict) FAIL(outcome.verdict->expected << ": " << outcome.verdict->seen);
        CHECK(Run(scenario, seed, {.check = false}).finish().fingerprint == outcome.fingerprint);
      }
    }
  }
}

TEST_CASE("Bugs that the labs' tests are known to find are found by them here") {
  // A vote that a restart forgets.
  CHECK(finder_of("mit-persist2-3c", "term-vote-not-persisted") == "durable-vote");
  // Entries that are kept though the leader has others there.
  CHECK(finder_of("mit-rejoin-3b", "delete-in-loop") == "log-matching");
  // next_index that goes back by one a round trip, while each answer may take two seconds: the last agreement is late.
  CHECK(finder_of("mit-figure-8-unreliable-3c", "linear-backtrack") == "script");
}
