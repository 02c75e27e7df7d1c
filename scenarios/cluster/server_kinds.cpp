#include "scenarios/cluster/server_kinds.hpp"

#include <algorithm>
#include <string>

#include "scenarios/cluster/servers/raftsim/raft_servers.hpp"
#include "scenarios/scenario_json.hpp"

namespace raftsim::scenarios {

namespace {

std::shared_ptr<const ServerKind> kind_of(const Scenario& scenario, const ServerKinds& kinds) {
  const auto found =
      std::find_if(kinds.begin(), kinds.end(), [&](const auto& kind) { return kind->name() == scenario.server.kind; });
  if (found != kinds.end()) return *found;
  std::string known;
  for (const auto& kind : kinds) known += (known.empty() ? "" : ", ") + std::string(kind->name());
  refuse_scenario(scenario, "server.kind", "one of the kinds that this program was built with: " + known,
                  "\"" + scenario.server.kind + "\"");
}

}  // namespace

void refuse_scenario(const Scenario& scenario, const std::string& path, const std::string& expected,
                     const std::string& found) {
  throw ScenarioError(BadScenario{scenario.name, path, "expected " + expected + ", found " + found, path});
}

ServerKinds own_kinds() { return {std::make_shared<const RaftKind>()}; }

void choose_server(Scenario& scenario, const ServerKinds& kinds) {
  scenario.server.found = kind_of(scenario, kinds);
  const auto factory = factory_of(std::make_shared<const Scenario>(scenario));
  if (scenario.administration && !factory->changes_membership()) {
    refuse_scenario(scenario, "administration", "a kind of server that changes its membership",
                    "\"" + scenario.server.kind + "\"");
  }
}

std::shared_ptr<const ServerFactory> factory_of(const std::shared_ptr<const Scenario>& scenario) {
  const auto& chosen = scenario->server.found;
  return (chosen ? chosen : kind_of(*scenario, own_kinds()))->factory(scenario);
}

}  // namespace raftsim::scenarios
