#include "tools/inspect/cluster_state.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace raftsim::tools {

namespace {

char letter(core::Role role) {
  switch (role) {
    case core::Role::follower:
      return 'F';
    case core::Role::pre_candidate:
      return 'P';
    case core::Role::candidate:
      return 'C';
    case core::Role::leader:
      return 'L';
  }
  return '?';
}

}  // namespace

std::string ServerState::text() const {
  if (power == Power::off) return incarnation == 0 ? "-" : "down";
  const std::string state = fmt::format("{}{} {}/{}", letter(role), term.value, last.value, commit_index.value);
  return power == Power::paused ? "(" + state + ")" : state;
}

ServerState* ClusterState::find(sim::HostId host) {
  return host.value < servers_.size() ? &servers_[host.value] : nullptr;
}

void ClusterState::apply(const checkers::TracedEvent& event) {
  if (ServerState* server = find(event.host)) {
    if (event.crashed) server->power = ServerState::Power::off;
    if (event.kind == sim::EventKind::restart && !event.stale) {
      *server = {};
      server->power = ServerState::Power::on;
      server->incarnation = event.incarnation;
    }
    if (event.kind == sim::EventKind::resume && !event.stale) server->power = ServerState::Power::on;
    for (const core::Observation& said : event.observations) apply(said, *server);
  }
  for (const checkers::TracedFault& fault : event.faults) apply(fault);
}

void ClusterState::apply(const core::Observation& said, ServerState& server) {
  switch (said.kind) {
    case core::ObservationKind::booted:
      server.power = ServerState::Power::on;
      server.role = core::Role::follower;
      server.term = said.term;
      server.last = said.index;
      server.commit_index = said.next;
      break;
    case core::ObservationKind::became:
      server.role = said.role;
      server.term = said.term;
      if (said.role == core::Role::leader) {
        std::erase_if(views_, [&](const auto& view) { return view.first.first == said.server; });
      }
      break;
    case core::ObservationKind::adopted_term:
      server.term = said.term;
      break;
    case core::ObservationKind::appended:
      server.last = said.index;
      break;
    case core::ObservationKind::truncated:
      if (said.index.value > 0) server.last = said.index.previous();
      break;
    case core::ObservationKind::advanced_commit:
      server.commit_index = said.index;
      break;
    case core::ObservationKind::installed_snapshot:
      server.last = std::max(server.last, said.index);
      server.commit_index = std::max(server.commit_index, said.index);
      break;
    case core::ObservationKind::moved_progress:
      views_[{said.server, said.peer}] = {said.index, said.next, said.state};
      break;
    default:
      break;
  }
}

void ClusterState::apply(const checkers::TracedFault& fault) {
  ServerState* server = find(fault.host);
  if (server == nullptr) return;
  if (fault.action == "crash") server->power = ServerState::Power::off;
  if (fault.action == "pause" && server->power == ServerState::Power::on) server->power = ServerState::Power::paused;
}

const FollowerView* ClusterState::view(core::ServerId leader, core::ServerId follower) const {
  const auto found = views_.find({leader, follower});
  return found == views_.end() ? nullptr : &found->second;
}

}  // namespace raftsim::tools
