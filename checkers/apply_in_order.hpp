// A server applies the entries of its log in order, each once per start, and none before it is committed (paper, Figure
// 2: if commitIndex > lastApplied, increment lastApplied and apply log[lastApplied]).
#pragma once

#include "checkers/checker.hpp"

namespace raftsim::checkers {

class ApplyInOrder final : public Checker {
 public:
  [[nodiscard]] std::string_view name() const override { return "apply-in-order"; }
  [[nodiscard]] Interest interest() const override;
  [[nodiscard]] Needs needs() const override;
  [[nodiscard]] std::unique_ptr<Checker> clone() const override { return std::make_unique<ApplyInOrder>(*this); }
  void observed(const Context& context, core::ServerId server, const core::Applied& applied) override;
};

}  // namespace raftsim::checkers
