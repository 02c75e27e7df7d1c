// Which faults take part in a run: see Scenario::swarm.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/scenario.hpp"
#include "sim/random.hpp"

namespace raftsim::scenarios {

// Whether what has this name takes part in this run: as the scenario says of it, or else as chance has it.
[[nodiscard]] bool takes_part(const sim::Choices& choices, const Scenario& scenario, std::string_view name,
                              std::optional<bool> said);

// What chance has chosen for this seed, as settings that pin it: "faults.crash.takes_part=false". Empty without a swarm.
[[nodiscard]] std::vector<std::string> swarm_settings(const Scenario& scenario, std::uint64_t seed,
                                                      const std::vector<sim::Override>& overrides = {});

}  // namespace raftsim::scenarios
