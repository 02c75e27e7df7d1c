// Which scenario a subcommand is to run, as it was given on the command line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scenarios/builtin.hpp"
#include "scenarios/cluster/server_kinds.hpp"
#include "scenarios/include.hpp"
#include "scenarios/scenario.hpp"

namespace raftsim::tools {

struct ScenarioChoice {
  std::string scenario;                // a scenario that comes with raftsim, or the path of a JSON file
  std::vector<std::string> mutations;  // by name
  std::vector<std::string> settings;   // PATH=VALUE
};

using scenarios::ScenarioText;

// In full: what the file includes is merged into it (scenarios/include.hpp). Throws BadInput for a name that nothing has
// and for a file that cannot be read, and scenarios::ScenarioError.
[[nodiscard]] ScenarioText scenario_text(const std::string& name_or_path);

// Reads the scenario, changes its settings, plants the mutations, and looks up its kind of server among `servers`.
// Throws BadInput or scenarios::ScenarioError.
[[nodiscard]] scenarios::Scenario load(const ScenarioChoice& choice, const scenarios::ServerKinds& servers);

// Reads and checks a scenario, and looks up its kind of server. Throws scenarios::ScenarioError.
[[nodiscard]] scenarios::Scenario parse(const ScenarioText& text, const scenarios::ServerKinds& servers);

// Throws BadInput for a name that is no mutation's.
void plant(scenarios::Scenario& scenario, const std::vector<std::string>& mutations);
// The names of what is planted, in the order of scenarios::known_bugs().
[[nodiscard]] std::vector<std::string> planted(const scenarios::Scenario& scenario);

// Those of suites are not among them.
[[nodiscard]] std::vector<std::string_view> scenario_names();
// Null when no suite has this name.
[[nodiscard]] const scenarios::BuiltinSuite* suite_named(std::string_view name);
[[nodiscard]] std::vector<std::string_view> mutation_names();

}  // namespace raftsim::tools
