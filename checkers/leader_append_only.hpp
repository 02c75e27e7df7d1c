// Leader Append-Only: a leader never overwrites or deletes entries in its log; it only appends (paper, Figure 3 and
// section 5.3). What it appends is of its own term.
#pragma once

#include "checkers/checker.hpp"

namespace raftsim::checkers {

class LeaderAppendOnly final : public Checker {
 public:
  [[nodiscard]] std::string_view name() const override { return "leader-append-only"; }
  [[nodiscard]] Interest interest() const override;
  [[nodiscard]] Needs needs() const override;
  [[nodiscard]] std::unique_ptr<Checker> clone() const override { return std::make_unique<LeaderAppendOnly>(*this); }
  void observed(const Context& context, core::ServerId server, const core::Appended& appended) override;
  void observed(const Context& context, core::ServerId server, const core::Truncated& truncated) override;

 private:
  // The entries from `first` on have been removed or replaced.
  void removed(const Context& context, core::ServerId server, core::Index first) const;
};

}  // namespace raftsim::checkers
