// The state of the servers according to their observations: who leads, how far each one is, and the leaders' views of
// their followers. Observations are interpreted only here: the checkers' ledger, the nemesis, the end of a run and
// `raftsim inspect` use this view.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/configuration.hpp"
#include "core/observation.hpp"
#include "core/server_set.hpp"
#include "core/types.hpp"

namespace raftsim::checkers {

// A leader's view of one server, as last reported. Sending is not reported, so in replicate state the actual next_index
// may be ahead of this. A server that joins during the term starts with the initial view, even if it was a member
// before: a leader that removes a server discards its view of it.
struct ProgressView {
  core::Index match;
  core::Index next;
  core::ProgressState state = core::ProgressState::probe;
  std::uint32_t backup_rounds = 0;  // how often next_index moved back since leader and follower last agreed

  // Paper, Figure 2: nextIndex is initialized to the leader's last log index + 1, matchIndex to 0.
  [[nodiscard]] static ProgressView initial(core::Index last_of_log) {
    return {.match = {}, .next = last_of_log.next(), .state = core::ProgressState::probe, .backup_rounds = 0};
  }
  // The view after the leader has reported `moved`.
  [[nodiscard]] ProgressView after(const core::MovedProgress& moved) const;
  friend bool operator==(const ProgressView&, const ProgressView&) = default;
};

// The state of one server; while it is down, its state at the crash.
struct ServerState {
  bool up = false;
  bool ever_booted = false;
  core::Role role = core::Role::follower;
  core::HardState hard_state;  // in memory
  core::Index last_index;      // the last index of its log, in memory
  core::Index commit_index;
  core::Index last_applied;
  core::Index snapshot;                // the last index in its snapshot; 0 without a snapshot
  core::Configuration configuration;   // in force; the founders' before it reports one
  core::Index configuration_index;     // the index of its entry, or of the base or snapshot it came with
  std::vector<ProgressView> progress;  // by server number - 1; empty if it has not led since its start

  [[nodiscard]] bool leads() const { return up && role == core::Role::leader; }
  friend bool operator==(const ServerState&, const ServerState&) = default;
};

class ClusterView {
 public:
  // `servers`: the maximum number, S1, S2, ... Members of `founders` start with that configuration, others with none.
  explicit ClusterView(std::size_t servers, const core::Configuration& founders = {});

  [[nodiscard]] std::size_t size() const { return servers_.size(); }
  [[nodiscard]] const ServerState& of(core::ServerId server) const { return servers_[server.value - 1U]; }
  [[nodiscard]] core::ServerSet all() const { return core::ServerSet::first(size()); }
  [[nodiscard]] core::ServerSet up() const;
  // The running leader of the newest term; no_server if there is none.
  [[nodiscard]] core::ServerId leader() const;
  // A leader's view of `follower`; null if `leader` has not led since it started.
  [[nodiscard]] const ProgressView* progress(core::ServerId leader, core::ServerId follower) const;

  // The highest commit index reported by any server.
  [[nodiscard]] core::Index committed() const { return committed_; }
  // Whether it is up and knows and has applied everything committed.
  [[nodiscard]] bool has_everything(core::ServerId server) const;
  // In force and committed on a server that knows everything committed; null if there is none or it is joint.
  [[nodiscard]] const core::Configuration* agreed_configuration() const;

  // --- what happened ---
  // Before the run began, a server had committed up to there.
  void begin(core::Index committed) { committed_ = std::max(committed_, committed); }
  void take(const core::Observation& said);
  void take(core::ServerId server, const core::Booted& booted);
  void take(core::ServerId server, const core::BecameRole& became);
  void take(core::ServerId server, const core::AdoptedTerm& adopted) { enter(at(server), adopted.term); }
  void take(core::ServerId server, const core::GrantedVote& granted);
  void take(core::ServerId server, const core::Appended& appended) { at(server).last_index = appended.position.index; }
  void take(core::ServerId server, const core::Truncated& truncated);
  void take(core::ServerId server, const core::AdvancedCommit& advanced);
  void take(core::ServerId server, const core::Applied& applied) { at(server).last_applied = applied.position.index; }
  void take(core::ServerId server, const core::MovedProgress& moved);
  void take(core::ServerId server, const core::Configured& configured);
  void take(core::ServerId server, const core::TookSnapshot& took) { at(server).snapshot = took.last.index; }
  void take(core::ServerId server, const core::InstalledSnapshot& installed);
  // These do not change the state of the servers.
  void take(core::ServerId, const core::ReceivedVote&) {}
  void take(core::ServerId, const core::Proposed&) {}
  void take(core::ServerId, const core::Stored&) {}
  void take(core::ServerId, const core::Ignored&) {}
  void take(core::ServerId, const core::RejectedAppend&) {}
  void take(core::ServerId, const core::Compacted&) {}
  void take(core::ServerId, const core::Transferring&) {}
  void take(core::ServerId, const core::ReadConfirmed&) {}
  void take(core::ServerId, const core::CaughtUp&) {}
  // It has crashed. It reports its restart itself.
  void crash(core::ServerId server) { at(server).up = false; }

 private:
  [[nodiscard]] ServerState& at(core::ServerId server) { return servers_[server.value - 1U]; }
  static void enter(ServerState& server, core::Term term);

  std::vector<ServerState> servers_;
  core::Index committed_;
};

}  // namespace raftsim::checkers
