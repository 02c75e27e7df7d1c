// State Machine Safety: if a server has applied a log entry at a given index to its state machine, no other server will
// ever apply a different log entry for the same index (paper, Figure 3 and section 5.4.3).
#pragma once

#include "checkers/checker.hpp"

namespace raftsim::checkers {

// Checked on commit, which precedes applying: all servers commit the same history. Also checked on the state: servers
// that have applied the same entries are in the same state, whatever they started from; otherwise it depends on more
// than the log (paper, section 2). SnapshotIsPrefix checks the content of snapshots.
class StateMachineSafety final : public Checker {
 public:
  [[nodiscard]] std::string_view name() const override { return "state-machine-safety"; }
  [[nodiscard]] Interest interest() const override;
  [[nodiscard]] Needs needs() const override;
  [[nodiscard]] std::vector<Part> parts() const override;
  [[nodiscard]] std::unique_ptr<Checker> clone() const override { return std::make_unique<StateMachineSafety>(*this); }
  void observed(const Context& context, core::ServerId server, const core::AdvancedCommit& advanced) override;
  void observed(const Context& context, core::ServerId server, const core::Applied& applied) override;

 private:
  void judge_entry(const Context& context, core::ServerId server, const core::Applied& applied) const;
  void judge_state(const Context& context, core::ServerId server, const core::Applied& applied) const;
};

}  // namespace raftsim::checkers
