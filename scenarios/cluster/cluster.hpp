// The hosts of a run, and what each of them is: servers first, then clients, then the administrator, then who speaks for
// the script.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "scenarios/cluster/administrator.hpp"
#include "scenarios/cluster/client.hpp"
#include "scenarios/cluster/server.hpp"
#include "scenarios/scenario.hpp"
#include "sim/world.hpp"

namespace raftsim::scenarios {

// A value: a copy goes on exactly as the original does.
class Cluster {
 public:
  // How its decisions are answered, and who takes them down.
  struct Door {
    std::vector<sim::Override> overrides = {};
    std::vector<sim::Decision>* decisions = nullptr;  // not owned; a copy of the cluster is not taken down
  };
  Cluster(std::shared_ptr<const Scenario> scenario, const ServerFactory& servers, std::uint64_t seed, const Door& door);

  [[nodiscard]] sim::World& world() { return world_; }
  [[nodiscard]] const sim::World& world() const { return world_; }

  [[nodiscard]] bool is_server(sim::HostId host) const { return host.value < scenario_->servers; }
  [[nodiscard]] bool is_client(sim::HostId host) const {
    return !is_server(host) && host.value < scenario_->servers + scenario_->workload.clients;
  }
  [[nodiscard]] bool is_administrator(sim::HostId host) const {
    return host != sim::no_host && !is_server(host) && !is_client(host) && host != proposer();
  }
  // no_host without a script.
  [[nodiscard]] sim::HostId proposer() const { return proposer_; }
  // Preconditions: is_server(host), is_client(host), is_administrator(host).
  [[nodiscard]] Server& server(sim::HostId host) { return static_cast<Server&>(world_.process(host)); }
  [[nodiscard]] Client& client(sim::HostId host) { return static_cast<Client&>(world_.process(host)); }
  [[nodiscard]] Administrator& administrator(sim::HostId host) {
    return static_cast<Administrator&>(world_.process(host));
  }
  // Tells clients and the administrator that the chaos is over.
  void finish_clients();

 private:
  void add_servers(const ServerFactory& servers);
  void add_clients(const ClientSupport& support);
  void add_administrator();
  void set_clocks();
  void set_processors();

  std::shared_ptr<const Scenario> scenario_;
  sim::World world_;
  sim::HostId proposer_ = sim::no_host;
};

// Of all hosts of a run. Links to and from clients have settings of their own; those of a script's proposer neither
// delay nor lose anything.
[[nodiscard]] sim::NetworkSettings network_settings(const Scenario& scenario,
                                                    const sim::NetworkSettings& between_servers,
                                                    const sim::LinkSettings& clients);

}  // namespace raftsim::scenarios
