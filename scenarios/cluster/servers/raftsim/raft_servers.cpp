#include "scenarios/cluster/servers/raftsim/raft_servers.hpp"

#include "scenarios/cluster/servers/raftsim/raft_server.hpp"

namespace raftsim::scenarios {

std::unique_ptr<Server> RaftServers::make(core::ServerId self) const {
  auto server = std::make_unique<RaftServer>(self, scenario_);
  server->time_core_with(core_time_);
  return server;
}

bool RaftServers::has_disk() const { return scenario_->persistence.mode != core::PersistenceMode::none; }

std::shared_ptr<const ServerFactory> RaftKind::factory(const std::shared_ptr<const Scenario>& scenario) const {
  if (scenario->server.options != "{}") {
    refuse_scenario(*scenario, "server", "no key but \"kind\": the options of the kind raftsim are in \"raft\"",
                    scenario->server.options);
  }
  return std::make_shared<const RaftServers>(scenario);
}

}  // namespace raftsim::scenarios
