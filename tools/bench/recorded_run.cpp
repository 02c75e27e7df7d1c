#include "tools/bench/recorded_run.hpp"

#include "core/observation_fields.hpp"
#include "scenarios/cluster/run.hpp"

namespace raftsim::tools {

RecordedRun recorded_run(const std::shared_ptr<const scenarios::Scenario>& scenario, std::uint64_t seed) {
  scenarios::Run run(scenario, seed, {.check = false});
  const sim::World& world = run.world();
  RecordedRun recorded{.choices = world.choices(),
                       .network = world.network().settings(),
                       .disk = scenario->disk,
                       .hosts = world.hosts(),
                       .first_disks = {},
                       .steps = {},
                       .crashes = {}};
  while (recorded.disks < world.hosts() && world.has_disk({static_cast<std::uint16_t>(recorded.disks)})) {
    recorded.first_disks.push_back(world.disk({static_cast<std::uint16_t>(recorded.disks)}));
    ++recorded.disks;
  }
  std::vector<bool> was_down(world.hosts(), true);
  for (bool more = true; more;) {
    more = run.step();
    const sim::Step& step = run.last_step();
    recorded.steps.push_back(step);
    for (const auto& said : run.reported()) core::feed(said, [&](std::uint64_t) { ++recorded.observed_numbers; });
    for (std::uint16_t number = 0; number < world.hosts(); ++number) {
      const bool is_down = world.state({number}) == sim::HostState::down;
      if (is_down && !was_down[number]) {
        const sim::HostId host{number};
        recorded.crashes.push_back({step.id, host, world.has_disk(host) ? world.disk(host).last_crash() : 0});
      }
      was_down[number] = is_down;
    }
  }
  return recorded;
}

}  // namespace raftsim::tools
