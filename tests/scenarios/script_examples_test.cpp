// The page of the scenarios teaches scripts by examples. Each is a scenario that runs, and that a correct Raft passes.
#include <filesystem>
#include <string>
#include <vector>

#include "catch.hpp"
#include "scenarios/cluster/run.hpp"
#include "scenarios/cluster/server_kinds.hpp"
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
    examples.push_back(page.substr(begin, page.find("```", begin) - begin));
  }
  return examples;
}

}  // namespace

TEST_CASE("Each example on the page of the scenarios runs as it stands there") {
  const auto examples = examples_of(shipped::text_of(shipped::folder / "README.md"));
  CHECK(examples.size() == 10);
  for (const auto& example : examples) {
    auto scenario = scenario_from_json(example, "README.md");
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
