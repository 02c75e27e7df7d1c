// Runs of the shipped scenarios, for tests.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/mutation.hpp"
#include "scenarios/builtin.hpp"
#include "scenarios/cluster/run.hpp"
#include "scenarios/scenario_json.hpp"

namespace raftsim::tests {

inline std::shared_ptr<const scenarios::Scenario> shipped_scenario(std::string_view name,
                                                                   const std::vector<std::string>& settings = {},
                                                                   core::Mutations mutations = {}) {
  const auto all = scenarios::builtin_scenarios();
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& builtin) { return builtin.name == name; });
  if (found == all.end()) throw std::invalid_argument("no scenario is called " + std::string(name));
  const auto text = scenarios::with_settings(found->json, name, settings);
  auto scenario = scenarios::scenario_from_json(text, name);
  scenario.raft.mutations = mutations;
  return std::make_shared<const scenarios::Scenario>(std::move(scenario));
}

inline scenarios::Outcome outcome_of(const std::shared_ptr<const scenarios::Scenario>& scenario, std::uint64_t seed,
                                     scenarios::Run::Options options = {}) {
  return scenarios::Run(scenario, seed, options).finish();
}

}  // namespace raftsim::tests
