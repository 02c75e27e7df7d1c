// The commit index of a server increases monotonically after each start (paper, Figure 2), and is never past the end of
// its log.
#pragma once

#include "checkers/checker.hpp"

namespace raftsim::checkers {

class CommitMonotonic final : public Checker {
 public:
  [[nodiscard]] std::string_view name() const override { return "commit-monotonic"; }
  [[nodiscard]] Interest interest() const override;
  [[nodiscard]] Needs needs() const override;
  [[nodiscard]] std::unique_ptr<Checker> clone() const override { return std::make_unique<CommitMonotonic>(*this); }
  void observed(const Context& context, core::ServerId server, const core::Truncated& truncated) override;
  void observed(const Context& context, core::ServerId server, const core::AdvancedCommit& advanced) override;
};

}  // namespace raftsim::checkers
