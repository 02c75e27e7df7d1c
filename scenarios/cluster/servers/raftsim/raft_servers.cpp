#include "scenarios/cluster/servers/raftsim/raft_servers.hpp"

#include "core/persistence/stored_files.hpp"
#include "scenarios/cluster/servers/raftsim/raft_server.hpp"

namespace raftsim::scenarios {

std::unique_ptr<Server> RaftServers::make(core::ServerId self) const {
  auto server = std::make_unique<RaftServer>(self, scenario_);
  server->time_core_with(core_time_);
  if (!first_states_.empty() && !has_disk()) server->remember(first_states_[self.value - 1U].restored());
  return server;
}

bool RaftServers::has_disk() const { return scenario_->persistence.mode != core::PersistenceMode::none; }

std::map<sim::FileNumber, std::string> RaftServers::first_files(core::ServerId self) const {
  const FirstState& state = first_states_[self.value - 1U];
  return core::stored_files(state.hard_state, state.log, state.snapshot, scenario_->persistence);
}

checkers::Beginning RaftServers::beginning(core::ServerId self) const {
  const FirstState& state = first_states_[self.value - 1U];
  const GivenState& given = scenario_->begin[self.value - 1U];
  checkers::Beginning result{.hard_state = given.hard_state,
                             .log = {},
                             .committed = given.committed,
                             .snapshot = given.snapshot,
                             .states = state.machines};
  for (const auto& entry : state.log) result.log.push_back({entry.term, core::digest_of(entry)});
  return result;
}

std::shared_ptr<const ServerFactory> RaftKind::factory(const std::shared_ptr<const Scenario>& scenario) const {
  if (scenario->server.options != "{}") {
    refuse_scenario(*scenario, "server", "no key but \"kind\": the options of the kind raftsim are in \"raft\"",
                    scenario->server.options);
  }
  return std::make_shared<const RaftServers>(scenario);
}

}  // namespace raftsim::scenarios
