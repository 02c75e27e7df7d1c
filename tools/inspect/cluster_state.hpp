// How the servers stand as a trace goes on: what the columns show.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "checkers/cluster_view.hpp"
#include "checkers/trace/trace.hpp"

namespace raftsim::tools {

// One server's cell.
struct ServerCell {
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
  friend bool operator==(const ServerCell&, const ServerCell&) = default;
};

// What servers said (checkers::ClusterView), and what was done to them.
class ClusterState {
 public:
  explicit ClusterState(std::size_t servers) : view_(servers), powers_(servers), incarnations_(servers) {}
  void apply(const checkers::TracedEvent& event);
  [[nodiscard]] std::vector<ServerCell> servers() const;
  [[nodiscard]] const checkers::ClusterView& view() const { return view_; }
  // Null when the leader has not led since it started, or the trace has no such servers.
  [[nodiscard]] const checkers::ProgressView* progress(core::ServerId leader, core::ServerId follower) const;

 private:
  using Power = ServerCell::Power;
  void apply(const checkers::TracedFault& fault);
  [[nodiscard]] bool knows(core::ServerId server) const { return server.value >= 1 && server.value <= view_.size(); }
  // A file that was edited may speak of servers that it does not have.
  [[nodiscard]] bool knows_all_of(const core::Observation& said) const;

  checkers::ClusterView view_;
  std::vector<Power> powers_;                // by host
  std::vector<std::uint32_t> incarnations_;  // likewise
};

}  // namespace raftsim::tools
