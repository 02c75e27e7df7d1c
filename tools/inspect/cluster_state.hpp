// What is known of each server as a trace goes on: what the columns show.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "checkers/trace/trace.hpp"

namespace raftsim::tools {

struct ServerState {
  enum class Power : std::uint8_t { off, on, paused };
  Power power = Power::off;
  core::Role role = core::Role::follower;
  core::Term term;
  core::Index last;
  core::Index commit_index;
  std::uint32_t incarnation = 0;
  // "L3 12/10": leader of term 3, last index 12, commit index 10; "down"; "(F3 12/10)" while paused; "-" before its
  // first boot.
  [[nodiscard]] std::string text() const;
  friend bool operator==(const ServerState&, const ServerState&) = default;
};

// What a leader thinks of a follower.
struct FollowerView {
  core::Index match;
  core::Index next;
  core::ProgressState state = core::ProgressState::probe;
};

class ClusterState {
 public:
  explicit ClusterState(std::size_t servers) : servers_(servers) {}
  void apply(const checkers::TracedEvent& event);
  [[nodiscard]] const std::vector<ServerState>& servers() const { return servers_; }
  // Null when the leader has not said anything about the follower in this term.
  [[nodiscard]] const FollowerView* view(core::ServerId leader, core::ServerId follower) const;

 private:
  void apply(const core::Observation& said, ServerState& server);
  void apply(const checkers::TracedFault& fault);
  [[nodiscard]] ServerState* find(sim::HostId host);

  std::vector<ServerState> servers_;
  std::map<std::pair<core::ServerId, core::ServerId>, FollowerView> views_;
};

}  // namespace raftsim::tools
