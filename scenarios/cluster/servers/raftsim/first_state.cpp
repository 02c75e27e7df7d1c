#include "scenarios/cluster/servers/raftsim/first_state.hpp"

#include <utility>

#include "core/machine/machine.hpp"

namespace raftsim::scenarios {

std::vector<FirstState> first_states(const Scenario& scenario) {
  std::vector<FirstState> states;
  auto logs = given_logs(scenario.begin);
  for (std::size_t place = 0; place < logs.size(); ++place) {
    const GivenState& given = scenario.begin[place];
    auto& state = states.emplace_back();
    state.hard_state = given.hard_state;
    state.log = std::move(logs[place]);
    core::Machine machine(scenario.workload.session_limits);
    for (core::Index index{1}; index <= given.committed; index = index.next()) {
      const auto& entry = state.log[index.value - 1];
      machine.apply(index, entry, {});
      state.machines.push_back(machine.digest());
      if (index != given.snapshot) continue;
      state.snapshot = core::make_shared_value<const core::Snapshot>(
          core::Snapshot{{index, entry.term}, scenario.founders(), machine.save()});
    }
  }
  return states;
}

core::Restored FirstState::restored() const {
  core::Log all(log);
  if (snapshot) all.compact_up_to(snapshot->last.index);
  return {hard_state, std::move(all), snapshot};
}

}  // namespace raftsim::scenarios
