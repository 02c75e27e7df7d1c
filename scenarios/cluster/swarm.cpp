#include "scenarios/cluster/swarm.hpp"

#include "scenarios/cluster/purposes.hpp"

namespace raftsim::scenarios {

bool takes_part(const sim::Choices& choices, const Scenario& scenario, std::string_view name,
                std::optional<bool> said) {
  return said ? *said : choices.decide_chance({swarm_purpose, sim::key_of(name)}, scenario.swarm);
}

std::vector<std::string> swarm_settings(const Scenario& scenario, std::uint64_t seed,
                                        const std::vector<sim::Override>& overrides) {
  std::vector<std::string> settings;
  if (scenario.swarm.always()) return settings;
  const sim::Choices choices(seed, overrides);
  const auto add = [&](const std::string& path, std::string_view name, std::optional<bool> said) {
    if (said) return;
    settings.push_back(path + ".takes_part=" + (takes_part(choices, scenario, name, said) ? "true" : "false"));
  };
  for (const auto& fault : scenario.faults) add("faults." + fault.name, fault.name, fault.takes_part);
  if (scenario.administration) add("administration", administration_name, scenario.administration->takes_part);
  return settings;
}

}  // namespace raftsim::scenarios
