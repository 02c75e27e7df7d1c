// A leader commits an entry of its own term once it is durable on a majority, and entries of earlier terms only through
// a later one of its own term (paper, section 5.4.2 and Figure 8). Followers commit only what a leader has committed.
#pragma once

#include "checkers/checker.hpp"

namespace raftsim::checkers {

class CommitDurableOnQuorum final : public Checker {
 public:
  [[nodiscard]] std::string_view name() const override { return "commit-durable-on-quorum"; }
  [[nodiscard]] Interest interest() const override;
  [[nodiscard]] Needs needs() const override;
  [[nodiscard]] std::unique_ptr<Checker> clone() const override {
    return std::make_unique<CommitDurableOnQuorum>(*this);
  }
  void observed(const Context& context, core::ServerId server, const core::AdvancedCommit& advanced) override;

 private:
  void leader_commits(const Context& context, core::ServerId server, core::Index index) const;
};

}  // namespace raftsim::checkers
