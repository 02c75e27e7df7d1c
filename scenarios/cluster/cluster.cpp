#include "scenarios/cluster/cluster.hpp"

#include <utility>

#include "scenarios/cluster/nemesis.hpp"
#include "scenarios/cluster/purposes.hpp"
#include "scenarios/cluster/script/proposer.hpp"
#include "scenarios/cluster/swarm.hpp"

namespace raftsim::scenarios {

sim::NetworkSettings network_settings(const Scenario& scenario, const sim::NetworkSettings& between_servers,
                                      const sim::LinkSettings& clients) {
  auto settings = between_servers;
  std::uint32_t next = scenario.servers;
  const auto add_host = [&](const sim::LinkSettings& links) {
    const sim::HostId host{static_cast<std::uint16_t>(next++)};
    settings.overrides.push_back({host, std::nullopt, links});
    settings.overrides.push_back({std::nullopt, host, links});
  };
  const std::uint32_t outside = scenario.workload.clients + (scenario.administration ? 1 : 0);
  for (std::uint32_t client = 0; client < outside; ++client) add_host(clients);
  if (!scenario.script.empty()) add_host({});
  return settings;
}

Cluster::Cluster(std::shared_ptr<const Scenario> scenario, const ServerFactory& servers, std::uint64_t seed,
                 const Door& door)
    : scenario_(std::move(scenario)),
      world_(seed, network_settings(*scenario_, scenario_->network, scenario_->client_links), door.overrides) {
  world_.record_decisions(door.decisions);
  add_servers(servers);
  if (scenario_->clocks.drift()) set_clocks();
  set_processors();
  add_clients(servers.client_support());
  if (scenario_->administration) add_administrator();
  if (!scenario_->script.empty()) proposer_ = world_.add_host(std::make_unique<Proposer>(), nullptr);
}

void Cluster::add_servers(const ServerFactory& servers) {
  for (std::uint16_t number = 0; number < scenario_->servers; ++number) {
    const auto server = server_of({number});
    const auto host =
        world_.add_host(servers.make(server), servers.has_disk() ? &scenario_->disk_of({number}) : nullptr);
    if (scenario_->begin.empty() || !servers.has_disk()) continue;
    for (const auto& [file, bytes] : servers.first_files(server)) world_.disk(host).place(file, bytes);
  }
}

void Cluster::add_clients(const ClientSupport& support) {
  for (std::uint32_t number = 1; number <= scenario_->workload.clients; ++number) {
    world_.add_host(std::make_unique<Client>(number, scenario_, support), nullptr);
  }
}

void Cluster::add_administrator() {
  auto administrator = std::make_unique<Administrator>(scenario_->servers, *scenario_->administration);
  const auto said = scenario_->administration->takes_part;
  if (!takes_part(world_.choices(), *scenario_, administration_name, said)) administrator->finish();
  world_.add_host(std::move(administrator), nullptr);
}

void Cluster::set_clocks() {
  const auto& clocks = scenario_->clocks;
  const auto width = static_cast<std::uint64_t>(clocks.max_drift - clocks.min_drift);
  const auto above_min = sim::Distribution::uniform(std::uint64_t{0}, width);
  for (std::uint16_t number = 0; number < scenario_->servers; ++number) {
    const auto drawn = world_.choices().decide({clock_drift_purpose, number, 0}, above_min);
    world_.set_clock({number}, clocks.min_drift + static_cast<sim::ClockDrift>(drawn));
  }
}

void Cluster::set_processors() {
  for (std::uint16_t number = 0; number < scenario_->servers; ++number) {
    world_.set_timer_jitter({number}, scenario_->clocks.timer_jitter);
    world_.set_handling_time({number}, scenario_->processors.per_message);
  }
}

void Cluster::finish_clients() {
  for (std::size_t number = scenario_->servers; number < world_.hosts(); ++number) {
    const sim::HostId host{static_cast<std::uint16_t>(number)};
    if (host == proposer_) continue;
    is_client(host) ? client(host).finish() : administrator(host).finish();
  }
}

}  // namespace raftsim::scenarios
