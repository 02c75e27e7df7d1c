// Hand-written histories of a cluster, correct or faulty, that are passed to the checkers.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "checkers/suite.hpp"
#include "core/entry.hpp"
#include "core/persistence/persistence.hpp"
#include "core/raft/log.hpp"
#include "sim/disk.hpp"

namespace raftsim::checkers::story {

// Servers are identified by number, 1 for S1. Time is in milliseconds. Without a disk (the default) everything is
// durable as soon as it is reported; with one, only what `saves` has written to the disk.
class History {
 public:
  explicit History(SuiteOptions options = in_memory(3));
  [[nodiscard]] static SuiteOptions in_memory(std::size_t servers);
  [[nodiscard]] static SuiteOptions on_disks(std::size_t servers);

  History& at(std::int64_t milliseconds);

  // --- elections ---
  History& stands(unsigned server, std::uint64_t term);                             // becomes candidate
  History& leads(unsigned server, std::uint64_t term);                              // wins the election
  History& follows(unsigned server, std::uint64_t term);                            // adopts the term
  History& decides_for(unsigned server, unsigned candidate);                        // grants its vote
  History& asks_for_vote(unsigned server, unsigned voter, bool pre_vote = false);   // RequestVote leaves
  History& sends_vote(unsigned server, unsigned candidate, bool pre_vote = false);  // the granted reply leaves
  // All of the above: stands, gets the votes of `voters`, leads. `counting`: it reports the votes it counts, including
  // its own.
  History& elected(unsigned server, std::uint64_t term, std::initializer_list<unsigned> voters, bool counting = false);

  // --- logs ---
  History& appends(unsigned server, std::uint64_t term, std::string_view command);
  History& appends_at(unsigned server, std::uint64_t index, std::uint64_t term, std::string_view command);
  History& truncates(unsigned server, std::uint64_t first);
  History& commits(unsigned server, std::uint64_t index);
  History& applies(unsigned server, std::uint64_t index);
  History& applies_other(unsigned server, std::uint64_t index, std::string_view command);

  // --- snapshots ---
  // Up to `index`, of term `term`; `machine`: the digest of its state, if reported.
  History& takes_snapshot(unsigned server, std::uint64_t index, std::uint64_t term, core::Digest machine = 0);
  // Up to `index`, of term `term`; `log_ends`: the reported end of its log afterwards (0: the end of the snapshot).
  History& installs(unsigned server, std::uint64_t index, std::uint64_t term, std::uint64_t log_ends = 0,
                    core::Digest machine = 0);
  // The same with other bytes than those of takes_snapshot and installs, and an unreadable state.
  History& installs_garbled(unsigned server, std::uint64_t index, std::uint64_t term);
  // InstallSnapshotReply leaves: the snapshot up to `last` is installed.
  History& acks_snapshot(unsigned server, unsigned leader, std::uint64_t last);

  // --- configurations ---
  // Appends an entry with `configuration`, and uses it.
  History& configures(unsigned server, std::uint64_t term, const core::Configuration& configuration);
  History& goes_back_to(unsigned server, std::uint64_t index, const core::Configuration& configuration);
  History& comes_up_with(unsigned server, std::uint64_t index, const core::Configuration& configuration);

  // --- replication ---
  History& acks(unsigned server, unsigned leader, std::uint64_t previous, std::uint32_t count);  // leaves
  // An AppendEntriesReply arrives: success up to previous + count, or a rejection of `previous`.
  History& hears_success(unsigned leader, unsigned from, std::uint64_t previous, std::uint32_t count,
                         sim::PacketId duplicate_of = 0);
  History& hears_rejection(unsigned leader, unsigned from, std::uint64_t previous, sim::PacketId duplicate_of = 0);
  // The leader's view of a follower changes, in the same event as the last message it received.
  History& believes(unsigned leader, unsigned follower, std::uint64_t match, std::uint64_t next,
                    core::ProgressState state = core::ProgressState::replicate,
                    core::Reason reason = core::Reason::success);

  // --- power ---
  History& saves(unsigned server);    // everything reported so far is now on its disk
  History& crashes(unsigned server);  // what is saved survives
  History& boots(unsigned server);    // with what was saved
  History& boots_with(unsigned server, std::uint64_t term, unsigned vote, std::uint64_t last);

  History& says(const core::Observation& said);
  [[nodiscard]] Suite& suite() { return suite_; }
  [[nodiscard]] Moment moment() const { return moment_; }
  // "checker: expected; seen", or "".
  [[nodiscard]] std::string verdict() const;
  [[nodiscard]] bool reached(Situation situation) const { return suite_.situations().reached(situation); }

 private:
  struct Machine {
    core::HardState hard_state;
    core::Log log;
    core::Index first_unsaved{1};
    std::uint64_t last_ticket = 0;
    core::Persistence persistence;
    sim::Disk disk;
    core::HardState saved_hard_state;
    core::Log saved_log;
  };
  Machine& machine(unsigned server) { return machines_[server - 1]; }
  template <core::IsObserved What>
  History& reports(unsigned server, const What& what, core::Reason reason = core::Reason::none) {
    return says({{static_cast<std::uint16_t>(server)}, what, reason});
  }
  History& goes_by(unsigned server, std::uint64_t index, const core::Configuration& configuration, core::Reason reason);
  void sends(const core::Message& message);
  void delivers(const core::Message& message, sim::PacketId duplicate_of);
  void carry_out(unsigned server, std::vector<core::FileOperation> operations);

  core::PersistenceMode mode_;
  Suite suite_;
  std::vector<Machine> machines_;
  Moment moment_{1, sim::Time{}};
  sim::PacketId packets_ = 0;
};

}  // namespace raftsim::checkers::story
