// How the servers stand, by what they have said: who leads, how far each is, and what leaders believe of their
// followers. This is the one place where observations get their meaning: the ledger of the checkers, the nemesis, the
// end of a run and `raftsim inspect` read it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/configuration.hpp"
#include "core/observation.hpp"
#include "core/server_set.hpp"
#include "core/types.hpp"

namespace raftsim::checkers {

// A leader's view of one server, as it last said. It says nothing of sending, so that next_index in replicate state may
// have gone ahead of this since. Who joins during its term is as new to it as all are at the beginning, also when it
// was there before: a leader that removes a server forgets what it knew of it.
struct ProgressView {
  core::Index match;
  core::Index next;
  core::ProgressState state = core::ProgressState::probe;
  std::uint32_t backup_rounds = 0;  // how often next_index went back since leader and follower agreed last

  // Paper, Figure 2: nextIndex is initialized to the leader's last log index + 1, matchIndex to 0.
  [[nodiscard]] static ProgressView initial(core::Index last_of_log) {
    return {.match = {}, .next = last_of_log.next(), .state = core::ProgressState::probe, .backup_rounds = 0};
  }
  // As it is when the leader has said `moved`.
  [[nodiscard]] ProgressView after(const core::MovedProgress& moved) const;
  friend bool operator==(const ProgressView&, const ProgressView&) = default;
};

// One server. While it is down: what it was when it crashed.
struct ServerState {
  bool up = false;
  bool ever_booted = false;
  core::Role role = core::Role::follower;
  core::HardState hard_state;  // in memory
  core::Index last_index;      // of its log, in memory
  core::Index commit_index;
  core::Index last_applied;
  core::Index snapshot;                // the last index in its snapshot; 0 without one
  core::Configuration configuration;   // in force; the founders' before it says anything
  core::Index configuration_index;     // of its entry, or of the base or snapshot that it came with
  std::vector<ProgressView> progress;  // by server number - 1; empty unless it has led since its start

  [[nodiscard]] bool leads() const { return up && role == core::Role::leader; }
  friend bool operator==(const ServerState&, const ServerState&) = default;
};

class ClusterView {
 public:
  // S1, S2, ...: as many as there may ever be. Those of `founders` start with that configuration, all others with none.
  explicit ClusterView(std::size_t servers, const core::Configuration& founders = {});

  [[nodiscard]] std::size_t size() const { return servers_.size(); }
  [[nodiscard]] const ServerState& of(core::ServerId server) const { return servers_[server.value - 1U]; }
  [[nodiscard]] core::ServerSet all() const { return core::ServerSet::first(size()); }
  [[nodiscard]] core::ServerSet up() const;
  // Who leads the newest term of those that are up and led; no_server when nobody does.
  [[nodiscard]] core::ServerId leader() const;
  // A leader's view of `follower`; null when `leader` has not led since it started.
  [[nodiscard]] const ProgressView* progress(core::ServerId leader, core::ServerId follower) const;

  // The highest commit index that anybody has said.
  [[nodiscard]] core::Index committed() const { return committed_; }
  // It is up, and knows and has applied all that is committed.
  [[nodiscard]] bool has_everything(core::ServerId server) const;
  // In force, and committed, at a server that knows all that is committed; null when there is none, or it is joint.
  [[nodiscard]] const core::Configuration* agreed_configuration() const;

  // --- what happened ---
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
  // These change nothing of how the servers stand.
  void take(core::ServerId, const core::ReceivedVote&) {}
  void take(core::ServerId, const core::Proposed&) {}
  void take(core::ServerId, const core::Stored&) {}
  void take(core::ServerId, const core::Ignored&) {}
  void take(core::ServerId, const core::RejectedAppend&) {}
  void take(core::ServerId, const core::Compacted&) {}
  void take(core::ServerId, const core::Transferring&) {}
  void take(core::ServerId, const core::ReadConfirmed&) {}
  void take(core::ServerId, const core::CaughtUp&) {}
  // It has lost power. That it is back it says itself.
  void crash(core::ServerId server) { at(server).up = false; }

 private:
  [[nodiscard]] ServerState& at(core::ServerId server) { return servers_[server.value - 1U]; }
  static void enter(ServerState& server, core::Term term);

  std::vector<ServerState> servers_;
  core::Index committed_;
};

}  // namespace raftsim::checkers
