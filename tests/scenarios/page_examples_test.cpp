// The page of the scenarios teaches by examples. Each is a scenario that runs, and that a correct Raft passes.
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "catch.hpp"
#include "scenarios/builtin.hpp"
#include "scenarios/cluster/run.hpp"
#include "scenarios/cluster/server_kinds.hpp"
#include "scenarios/include.hpp"
#include "scenarios/scenario_json.hpp"
#include "shipped.hpp"

using namespace raftsim;
using namespace raftsim::scenarios;

namespace {

// What stands between "```json" and "```" on a page.
std::vector<std::string> examples_of(const std::string& page) {
  constexpr std::string_view fence = "```json\n";
  std::vector<std::string> examples;
  for (auto begin = page.find(fence); begin != page.npos; begin = page.find(fence, begin)) {
    begin += fence.size();
    const std::string example = page.substr(begin, page.find("```", begin) - begin);
    // A part of a scenario is shown without the rest.
    examples.push_back(example.starts_with('{') ? example : R"({"name": "part", )" + example + "}");
  }
  return examples;
}

ScenarioText built_in(const std::string& name, const std::string&) {
  for (const BuiltinScenario& scenario : builtin_scenarios()) {
    if (scenario.name == name) return {name, std::string(scenario.json)};
  }
  throw std::runtime_error("no scenario " + name);
}

}  // namespace

TEST_CASE("Each example on the page of the scenarios runs as it stands there") {
  const auto examples = examples_of(shipped::text_of(shipped::folder / "README.md"));
  CHECK(examples.size() == 14);
  for (const auto& example : examples) {
    auto scenario = scenario_from_json(with_includes({"README.md", example}, built_in).json, "README.md");
    choose_server(scenario, own_kinds());
    CHECK(scenario_from_json(to_json(scenario), "written") == scenario);
    const auto shared = std::make_shared<const Scenario>(scenario);
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      const auto outcome = Run(shared, seed).finish();
      CAPTURE(scenario.name, seed);
      if (outcome.verdict) FAIL(outcome.verdict->expected << ": " << outcome.verdict->seen);
    }
  }
}
