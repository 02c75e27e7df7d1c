#include "scenarios/cluster/statistics.hpp"

#include <algorithm>
#include <array>

namespace raftsim::scenarios {

namespace {

void add_network(const sim::NetworkStatistics& network, std::vector<Count>& counts) {
  counts.push_back({"packets lost by chance", network.lost_by_chance});
  counts.push_back({"packets lost to a partition", network.lost_to_partition});
  counts.push_back({"packets lost to a full link queue", network.lost_to_full_queue});
  counts.push_back({"packets lost at a server that was down", network.lost_at_down_host});
  counts.push_back({"packets lost by a rule", network.lost_by_rule});
  counts.push_back({"packets duplicated", network.duplicated});
  counts.push_back({"packets overtaken", network.reordered});
  counts.push_back({"packets held by a rule", network.held});
}

bool uses_streams(const sim::NetworkSettings& settings) {
  const auto is_stream = [](const sim::LinkSettings& link) { return link.transport == sim::Transport::stream; };
  return is_stream(settings.links) || std::any_of(settings.overrides.begin(), settings.overrides.end(),
                                                  [&](const auto& each) { return is_stream(each.settings); });
}

void add_streams(const sim::NetworkStatistics& network, std::vector<Count>& counts) {
  counts.push_back({"packets sent again on a stream", network.retransmitted});
  counts.push_back({"connections reset", network.resets});
  counts.push_back({"packets lost to a reset", network.lost_to_reset});
  counts.push_back({"packets lost to a full send buffer", network.lost_to_full_buffer});
}

void add_sectors(const sim::World& world, std::vector<Count>& counts) {
  std::array<std::uint64_t, sim::sector_outcome_count> sectors{};
  for (std::uint16_t number = 0; number < world.hosts(); ++number) {
    if (!world.has_disk({number})) continue;
    const auto& settled = world.disk({number}).statistics().sectors;
    for (std::size_t outcome = 0; outcome < sectors.size(); ++outcome) sectors[outcome] += settled[outcome];
  }
  for (std::size_t outcome = 0; outcome < sectors.size(); ++outcome) {
    const auto* name = sim::name_of(static_cast<sim::SectorOutcome>(outcome));
    counts.push_back({std::string("unsynced sectors that a crash left ") + name, sectors[outcome]});
  }
}

void add_trouble(const sim::World& world, std::vector<Count>& counts) {
  std::uint64_t errors = 0;
  std::uint64_t lies = 0;
  std::uint64_t damaged = 0;
  for (std::uint16_t number = 0; number < world.hosts(); ++number) {
    if (!world.has_disk({number})) continue;
    const auto& statistics = world.disk({number}).statistics();
    errors += statistics.errors;
    lies += statistics.lies;
    damaged += statistics.damaged_bytes;
  }
  counts.push_back({"disk operations that failed", errors});
  counts.push_back({"fsyncs that were lies", lies});
  counts.push_back({"bytes damaged on disks", damaged});
}

}  // namespace

std::vector<Count> faults_of(const sim::World& world, bool with_disk_trouble) {
  std::vector<Count> counts;
  add_network(world.network().statistics(), counts);
  // Runs of one scenario list the same faults: what they list goes by the settings.
  if (uses_streams(world.network().settings())) add_streams(world.network().statistics(), counts);
  add_sectors(world, counts);
  if (with_disk_trouble) add_trouble(world, counts);
  return counts;
}

}  // namespace raftsim::scenarios
