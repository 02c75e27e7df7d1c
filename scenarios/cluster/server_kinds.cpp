#include "scenarios/cluster/server_kinds.hpp"

#include <algorithm>
#include <string>
#include <variant>
#include <vector>

#include "checkers/needs.hpp"
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

// What a script asks for that these servers cannot do, or do not say.
void check_script_against(const Scenario& scenario, const ServerFactory& factory);

}  // namespace

void refuse_scenario(const Scenario& scenario, const std::string& path, const std::string& expected,
                     const std::string& found) {
  throw ScenarioError(BadScenario{scenario.name, path, "expected " + expected + ", found " + found, path});
}

namespace {

// function(Step) of each, those within others too.
template <class Function>
void each_step(const std::vector<Step>& steps, const Function& function) {
  for (const auto& step : steps) {
    function(step);
    each_step(step.steps, function);
    each_step(step.otherwise, function);
  }
}

void check_script_against(const Scenario& scenario, const ServerFactory& factory) {
  const auto found = "\"" + scenario.server.kind + "\"";
  const checkers::Needs needs{
      .observations = checkers::ObservationKinds::of<core::Booted, core::BecameRole, core::AdoptedTerm, core::Appended,
                                                     core::AdvancedCommit, core::Applied>()};
  if (const auto missing = checkers::what_is_missing(needs, factory.capabilities()); !missing.empty()) {
    refuse_scenario(scenario, "script", "a kind of server that says what a script goes by", found + ": " + missing);
  }
  if (scenario.most_log_bytes != 0 && !factory.tells_log_size()) {
    refuse_scenario(scenario, "limits.log_bytes", "a kind of server that says how large its log is", found);
  }
  each_step(scenario.script, [&](const Step& step) {
    const bool changes =
        std::holds_alternative<ChangeMembers>(step.action) || std::holds_alternative<Transfer>(step.action);
    if (changes && !factory.changes_membership()) {
      refuse_scenario(scenario, step.path, "a kind of server that changes its membership and hands over", found);
    }
    if (std::holds_alternative<ChangeOptions>(step.action) && !factory.changes_options()) {
      refuse_scenario(scenario, step.path, "a kind of server whose options can be changed while it runs", found);
    }
    const auto* expect = std::get_if<Expect>(&step.action);
    if (expect != nullptr && expect->log_bytes && !factory.tells_log_size()) {
      refuse_scenario(scenario, step.path, "a kind of server that says how large its log is", found);
    }
    const auto* crash = std::get_if<Crash>(&step.action);
    const auto* treat = std::get_if<Treat>(&step.action);
    const bool about_disks = std::holds_alternative<ChangeDisk>(step.action) || (crash != nullptr && crash->at) ||
                             (treat != nullptr && treat->kind == Treat::Kind::wipe);
    if (about_disks && !factory.has_disk()) refuse_scenario(scenario, step.path, "servers that have a disk", found);
  });
}

}  // namespace

ServerKinds own_kinds() { return {std::make_shared<const RaftKind>()}; }

void choose_server(Scenario& scenario, const ServerKinds& kinds) {
  scenario.server.found = kind_of(scenario, kinds);
  const auto factory = factory_of(std::make_shared<const Scenario>(scenario));
  if (scenario.administration && !factory->changes_membership()) {
    refuse_scenario(scenario, "administration", "a kind of server that changes its membership",
                    "\"" + scenario.server.kind + "\"");
  }
  if (!scenario.begin.empty() && !factory->begins_with_states()) {
    refuse_scenario(scenario, "begin", "a kind of server that can begin with a given state",
                    "\"" + scenario.server.kind + "\"");
  }
  if (!scenario.script.empty()) check_script_against(scenario, *factory);
}

std::shared_ptr<const ServerFactory> factory_of(const std::shared_ptr<const Scenario>& scenario) {
  const auto& chosen = scenario->server.found;
  return (chosen ? chosen : kind_of(*scenario, own_kinds()))->factory(scenario);
}

}  // namespace raftsim::scenarios
