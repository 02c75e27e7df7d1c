// The scenarios that come with raftsim.
#pragma once

#include <algorithm>
#include <memory>
#include <string_view>

#include "scenarios/builtin.hpp"
#include "scenarios/scenario.hpp"
#include "scenarios/scenario_json.hpp"

namespace raftsim::benchmarks {

// Precondition: there is one of this name.
[[nodiscard]] inline std::shared_ptr<const scenarios::Scenario> builtin(std::string_view name) {
  const auto all = scenarios::builtin_scenarios();
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& each) { return each.name == name; });
  return std::make_shared<scenarios::Scenario>(scenarios::scenario_from_json(found->json, name));
}

}  // namespace raftsim::benchmarks
