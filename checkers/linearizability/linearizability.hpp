// Linearizability: every operation appears to take effect at one moment between its invocation and its answer (Herlihy
// and Wing, 1990; dissertation, section 6.3).
#pragma once

#include "checkers/checker.hpp"
#include "checkers/linearizability/history.hpp"

namespace raftsim::checkers {

// Judged when the run ends, key by key: by the order in which operations took effect according to the servers, if that
// order is valid (witness.hpp); otherwise by searching for any order (search.hpp). In a long run, operations that have
// an order are proved and discarded on the way (proof.hpp), and the rest is judged at the end. For one key per run the
// search gives a second opinion. A search that runs out of steps leaves the question open; this is counted but is not a
// violation.
class Linearizability final : public Checker {
 public:
  explicit Linearizability(std::uint64_t steps = 2'000'000) : steps_(steps) {}
  [[nodiscard]] std::string_view name() const override { return "linearizability"; }
  [[nodiscard]] Interest interest() const override;
  [[nodiscard]] Needs needs() const override;
  [[nodiscard]] std::unique_ptr<Checker> clone() const override { return std::make_unique<Linearizability>(*this); }
  void observed(const Context& context, core::ServerId server, const core::Applied& applied) override;
  void operated(const Context& context, const OperationFact& fact) override;
  void happened(const Context& context, const RunFact& fact) override;
  [[nodiscard]] const ClientHistory& history() const { return history_; }

 private:
  void judge(const Context& context) const;
  void ask_again(const Context& context, const KeyOperations& key) const;

  std::uint64_t steps_;  // of all searches together
  ClientHistory history_;
  core::Index applied_;  // by any server
};

}  // namespace raftsim::checkers
