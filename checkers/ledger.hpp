// What is known of every server, from what they say and what their disks hold; kept once for all checkers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "checkers/by_index.hpp"
#include "checkers/by_term.hpp"
#include "checkers/checker.hpp"
#include "checkers/durable_image.hpp"
#include "checkers/horizon.hpp"
#include "checkers/log_model.hpp"
#include "core/configuration.hpp"
#include "core/observation.hpp"
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
  [[nodiscard]] ProgressView after(const core::Observation& moved) const;
  friend bool operator==(const ProgressView&, const ProgressView&) = default;
};

// One server. While it is down: what it was when it crashed, but for its disk.
struct ServerView {
  explicit ServerView(core::PersistenceMode mode) : durable(mode) {}

  bool up = false;
  bool ever_booted = false;
  bool healed = true;    // by the end of the chaos
  bool retired = false;  // switched off for good
  core::Role role = core::Role::follower;
  core::HardState hard_state;
  LogModel log;
  DurableImage durable;
  core::Index commit_index;
  core::Index last_applied;
  core::Configuration configuration;   // in force, as it last said; the founders' before it says anything
  core::Index configuration_index;     // of its entry, or of the base or snapshot that it came with
  core::Index stored;                  // durable by its own account
  std::vector<ProgressView> progress;  // by server number - 1; empty unless it has led since its start
};

class Ledger {
 public:
  // S1, S2, ...: as many as there may ever be. Those of `founders` start with that configuration, all others with none.
  Ledger(std::size_t servers, core::PersistenceMode mode, const core::Configuration& founders);

  [[nodiscard]] std::size_t size() const { return servers_.size(); }
  [[nodiscard]] const ServerView& of(core::ServerId server) const { return servers_[server.value - 1U]; }
  // S1, S2, ... for a loop.
  [[nodiscard]] const std::vector<ServerView>& servers() const { return servers_; }

  // --- who belongs to the cluster ---
  // By which `server` decides.
  [[nodiscard]] const core::Configuration& configuration_of(core::ServerId server) const {
    return of(server).configuration;
  }
  // The latest that anybody has committed.
  [[nodiscard]] const core::Configuration& committed_configuration() const { return committed_configuration_; }

  [[nodiscard]] core::ServerSet up() const;

  // --- what has been committed by anybody, ever; from the horizon on ---
  struct Committed {
    core::Digest chain = 0;
    core::Term term;  // the committer's, when it first was
    core::ServerId by;
    sim::Time at{};
  };
  [[nodiscard]] const LogModel& committed_log() const { return committed_log_; }
  [[nodiscard]] core::Index committed_first() const { return committed_.first(); }
  [[nodiscard]] core::Index committed_last() const { return committed_.end().previous(); }
  // Precondition: committed_first() <= index <= committed_last().
  [[nodiscard]] const Committed& committed(core::Index index) const { return committed_[index]; }

  // --- what that amounts to ---
  // The state machine after an index, as the first server had it that said so: having applied the entries up to there,
  // or having taken or installed a snapshot of them.
  struct MachineState {
    core::Digest digest = 0;  // 0: nobody has said
    core::ServerId by;
    sim::Time at{};
  };
  // Null when nobody has said.
  [[nodiscard]] const MachineState* state_after(core::Index index) const {
    const MachineState* state = states_.find(index);
    return state != nullptr && state->digest != 0 ? state : nullptr;
  }

  // --- who led ---
  struct Leadership {
    core::ServerId server;
    sim::Time since{};
  };
  // The first to become leader of `term`; null when nobody did.
  [[nodiscard]] const Leadership* leader_of(core::Term term) const { return leaders_.find(term); }
  [[nodiscard]] core::Term newest_led_term() const { return leaders_.empty() ? core::Term{} : leaders_.newest_term(); }

  // A leader's view of `follower`; null when `leader` has not led since it started.
  [[nodiscard]] const ProgressView* progress(core::ServerId leader, core::ServerId follower) const;

  // --- facts, each after the checkers have seen it (but disks before) ---
  void take(const Moment& moment, const core::Observation& said);
  bool follow_disk(core::ServerId server, const sim::Disk& disk) {
    return at(server).durable.follow(disk, committed_log_);
  }
  void crash(core::ServerId server, const sim::Disk* disk);
  void set_retired(core::ServerId server) { at(server).retired = true; }
  void forget(const Horizon& horizon);
  void set_healed(core::ServerId server, bool healed) { at(server).healed = healed; }

 private:
  ServerView& at(core::ServerId server) { return servers_[server.value - 1U]; }
  void boot(ServerView& server, const core::Observation& said);
  void configure(ServerView& server, const core::Observation& said);
  void lead(const Moment& moment, ServerView& server, const core::Observation& said);
  void commit(const Moment& moment, ServerView& server, const core::Observation& said);
  void note_committed_configuration(const ServerView& server);
  void note_state(const Moment& moment, const core::Observation& said);
  void install(ServerView& server, const core::Observation& said) const;

  std::vector<ServerView> servers_;
  ByIndex<Committed> committed_;
  LogModel committed_log_;  // the same as a log
  ByIndex<MachineState> states_;
  ByTerm<Leadership> leaders_;
  core::Configuration committed_configuration_;
  core::Index committed_configuration_index_;
};

}  // namespace raftsim::checkers
