// Election Safety: at most one leader can be elected in a given term (paper, Figure 3 and section 5.2).
#pragma once

#include "checkers/checker.hpp"

namespace raftsim::checkers {

class ElectionSafety final : public Checker {
 public:
  [[nodiscard]] std::string_view name() const override { return "election-safety"; }
  [[nodiscard]] Interest interest() const override;
  [[nodiscard]] Needs needs() const override;
  [[nodiscard]] std::unique_ptr<Checker> clone() const override { return std::make_unique<ElectionSafety>(*this); }
  void observed(const Context& context, core::ServerId server, const core::BecameRole& became) override;
};

}  // namespace raftsim::checkers
