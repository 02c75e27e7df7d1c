// Leader Completeness: if a log entry is committed in a given term, then that entry will be present in the logs of the
// leaders for all higher-numbered terms (paper, Figure 3 and section 5.4).
#pragma once

#include "checkers/checker.hpp"

namespace raftsim::checkers {

// Judged when a leader is elected, against what was committed in earlier terms by then; and when a deposed leader that
// does not know it yet commits, against the log of the newer leader.
class LeaderCompleteness final : public Checker {
 public:
  [[nodiscard]] std::string_view name() const override { return "leader-completeness"; }
  [[nodiscard]] Interest interest() const override;
  [[nodiscard]] Needs needs() const override;
  [[nodiscard]] std::unique_ptr<Checker> clone() const override { return std::make_unique<LeaderCompleteness>(*this); }
  void observed(const Context& context, core::ServerId server, const core::BecameRole& became) override;
  void observed(const Context& context, core::ServerId server, const core::AdvancedCommit& advanced) override;
};

}  // namespace raftsim::checkers
