// What is known of every server, from its observations and its disk; shared by all checkers.
#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "checkers/beginning.hpp"
#include "checkers/by_index.hpp"
#include "checkers/by_term.hpp"
#include "checkers/cluster_view.hpp"
#include "checkers/due.hpp"
#include "checkers/durable_image.hpp"
#include "checkers/horizon.hpp"
#include "checkers/log_model.hpp"
#include "checkers/moment.hpp"
#include "core/configuration.hpp"
#include "core/observation.hpp"
#include "core/types.hpp"
#include "sim/disk.hpp"
#include "sim/time.hpp"

namespace raftsim::checkers {

class Ledger {
 public:
  // `servers` is the maximum number: S1, S2, ... Members of `founders` start with that configuration, all others with
  // none. `disks` is a fresh reader for their disks, to be cloned; null: no disk can be read.
  Ledger(std::size_t servers, const DurableReader* disks, const core::Configuration& founders);

  [[nodiscard]] std::size_t size() const { return cluster_.size(); }
  // S1, S2, ... for a loop.
  [[nodiscard]] core::ServerSet servers() const { return cluster_.all(); }

  // What S1, S2, ... hold before the run begins, when they have run before. Their disks are followed afterwards.
  void begin(std::span<const Beginning> servers);

  // --- the state of the servers according to their observations ---
  [[nodiscard]] const ClusterView& cluster() const { return cluster_; }
  [[nodiscard]] const ServerState& of(core::ServerId server) const { return cluster_.of(server); }
  // A leader's view of `follower`; null if `leader` has not led since it started.
  [[nodiscard]] const ProgressView* progress(core::ServerId leader, core::ServerId follower) const {
    return cluster_.progress(leader, follower);
  }
  [[nodiscard]] core::ServerSet up() const { return cluster_.up(); }

  // --- what they hold ---
  // In memory; for a server that is down, at the time of the crash.
  [[nodiscard]] const LogModel& log(core::ServerId server) const { return at(server).log; }
  [[nodiscard]] const DurableImage& durable(core::ServerId server) const { return at(server).durable; }
  // The index up to which the server reports its log as durable.
  [[nodiscard]] core::Index stored(core::ServerId server) const { return at(server).stored; }
  // Who owes progress since the end of the chaos, and which servers reach each other since then. Before it: all servers.
  [[nodiscard]] const Due& due() const { return due_; }
  [[nodiscard]] const core::ServerSet& reached_by(core::ServerId server) const { return reach_[server.value - 1U]; }
  // Switched off for good.
  [[nodiscard]] bool retired(core::ServerId server) const { return at(server).retired; }

  // --- membership ---
  // The configuration that `server` uses.
  [[nodiscard]] const core::Configuration& configuration_of(core::ServerId server) const {
    return of(server).configuration;
  }
  // The latest configuration committed by any server.
  [[nodiscard]] const core::Configuration& committed_configuration() const { return committed_configuration_; }

  // --- everything ever committed by any server, from the horizon on ---
  struct Committed {
    core::Digest chain = 0;
    core::Term term;  // the committer's term when it was first committed
    core::ServerId by;
    sim::Time at{};
  };
  [[nodiscard]] const LogModel& committed_log() const { return committed_log_; }
  [[nodiscard]] core::Index committed_first() const { return committed_.first(); }
  [[nodiscard]] core::Index committed_last() const { return committed_.end().previous(); }
  // Precondition: committed_first() <= index <= committed_last().
  [[nodiscard]] const Committed& committed(core::Index index) const { return committed_[index]; }

  // --- the resulting state ---
  // The state machine after an index, as reported by the first server: after applying the entries up to there, or
  // taking or installing a snapshot of them.
  struct MachineState {
    core::Digest digest = 0;  // 0: not reported
    core::ServerId by;
    sim::Time at{};
  };
  // Null if not reported.
  [[nodiscard]] const MachineState* state_after(core::Index index) const {
    const MachineState* state = states_.find(index);
    return state != nullptr && state->digest != 0 ? state : nullptr;
  }

  // --- who led ---
  struct Leadership {
    core::ServerId server;
    sim::Time since{};
  };
  // The first server to become leader of `term`; null if none did.
  [[nodiscard]] const Leadership* leader_of(core::Term term) const { return leaders_.find(term); }
  [[nodiscard]] core::Term newest_led_term() const { return leaders_.empty() ? core::Term{} : leaders_.newest_term(); }

  // --- facts, each after the checkers have seen it (disks before) ---
  // Most only change the state of the servers.
  template <core::IsObserved What>
  void take(const Moment& /*moment*/, core::ServerId server, const What& what) {
    cluster_.take(server, what);
  }
  void take(const Moment& moment, core::ServerId server, const core::Booted& booted);
  void take(const Moment& moment, core::ServerId server, const core::BecameRole& became);
  void take(const Moment& moment, core::ServerId server, const core::AdoptedTerm& adopted);
  void take(const Moment& moment, core::ServerId server, const core::GrantedVote& granted);
  void take(const Moment& moment, core::ServerId server, const core::Appended& appended);
  void take(const Moment& moment, core::ServerId server, const core::Truncated& truncated);
  void take(const Moment& moment, core::ServerId server, const core::Stored& stored);
  void take(const Moment& moment, core::ServerId server, const core::AdvancedCommit& advanced);
  void take(const Moment& moment, core::ServerId server, const core::Applied& applied);
  void take(const Moment& moment, core::ServerId server, const core::Configured& configured);
  void take(const Moment& moment, core::ServerId server, const core::TookSnapshot& took);
  void take(const Moment& moment, core::ServerId server, const core::InstalledSnapshot& installed);
  // Updates only the state of the servers: for when nothing is judged any more.
  template <core::IsObserved What>
  void take_standing(core::ServerId server, const What& what) {
    cluster_.take(server, what);
  }
  bool follow_disk(core::ServerId server, const sim::Disk& disk) {
    return at(server).durable.follow(disk, committed_log_);
  }
  void crash(core::ServerId server, const sim::Disk* disk);
  // What some disk has lost, in words: Raft does not survive it, whatever servers do (Ongaro 2014, section 3.8).
  void set_beyond_model(std::string what) { beyond_model_ = std::move(what); }
  [[nodiscard]] const std::string& beyond_model() const { return beyond_model_; }
  void set_retired(core::ServerId server) { at(server).retired = true; }
  void forget(const Horizon& horizon);
  void end_chaos(Reach reach, const Due& due) {
    reach_ = std::move(reach);
    due_ = due;
  }

 private:
  struct Server {
    explicit Server(const DurableReader* disk) : durable(disk == nullptr ? nullptr : disk->clone()) {}

    LogModel log;
    DurableImage durable;
    core::Index stored;
    bool retired = false;
  };
  [[nodiscard]] Server& at(core::ServerId server) { return servers_[server.value - 1U]; }
  [[nodiscard]] const Server& at(core::ServerId server) const { return servers_[server.value - 1U]; }

  void note_committed_configuration(core::ServerId server);
  void note_state(const Moment& moment, core::ServerId server, core::Index index, core::Digest machine);

  ClusterView cluster_;
  std::vector<Server> servers_;
  ByIndex<Committed> committed_;
  LogModel committed_log_;  // the committed entries as a log
  ByIndex<MachineState> states_;
  ByTerm<Leadership> leaders_;
  core::Configuration committed_configuration_;
  core::Index committed_configuration_index_;
  Reach reach_;
  Due due_;
  std::string beyond_model_;
};

}  // namespace raftsim::checkers
