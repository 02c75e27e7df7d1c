// State Machine Safety: if a server has applied a log entry at a given index to its state machine, no other server will
// ever apply a different log entry for the same index (paper, Figure 3 and section 5.4.3).
#pragma once

#include "checkers/checker.hpp"

namespace raftsim::checkers {

// Held already against what is committed, which comes before it is applied: all servers commit the same history.
class StateMachineSafety final : public Checker {
 public:
  [[nodiscard]] std::string_view name() const override { return "state-machine-safety"; }
  [[nodiscard]] Interest interest() const override;
  [[nodiscard]] std::unique_ptr<Checker> clone() const override { return std::make_unique<StateMachineSafety>(*this); }
  void observed(const Context& context, const core::Observation& said) override;
};

}  // namespace raftsim::checkers
