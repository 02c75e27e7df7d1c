// After the chaos has ended, the servers of a quorum that reach each other (due.hpp) owe progress: a leader, agreement
// on every pending command, convergence, each within its bound. (Raft promises it when messages are timely; paper, section 5.6.)
#pragma once

#include <string>
#include <vector>

#include "checkers/bounds.hpp"
#include "checkers/checker.hpp"

namespace raftsim::checkers {

class ProgressDue final : public Checker {
 public:
  explicit ProgressDue(const ProgressBounds& bounds) : bounds_(bounds) {}
  [[nodiscard]] std::string_view name() const override { return "progress"; }
  [[nodiscard]] std::string_view property() const override { return "progress"; }
  [[nodiscard]] Interest interest() const override;
  [[nodiscard]] Needs needs() const override;
  [[nodiscard]] std::unique_ptr<Checker> clone() const override { return std::make_unique<ProgressDue>(*this); }
  void observed(const Context& context, core::ServerId server, const core::Booted& booted) override;
  void observed(const Context& context, core::ServerId server, const core::BecameRole& became) override;
  void observed(const Context& context, core::ServerId server, const core::AdoptedTerm& adopted) override;
  void observed(const Context& context, core::ServerId server, const core::Stored& stored) override;
  void observed(const Context& context, core::ServerId server, const core::AdvancedCommit& advanced) override;
  void happened(const Context& context, const RunFact& fact) override;

  // When something is due next; sim::Time::max() when nothing is.
  [[nodiscard]] sim::Time next_deadline(const Ledger& ledger) const;
  // Everything that was owed from the end of the chaos on is there.
  [[nodiscard]] bool settled(const Ledger& ledger) const;

 private:
  struct Pending {
    CommandId command = {};
    sim::Time submitted{};
    bool owed_since_chaos = false;  // pending when the chaos ended, or a probe
  };
  [[nodiscard]] sim::Time due(const Pending& pending) const;
  [[nodiscard]] static std::string whose(const Ledger& ledger);
  [[nodiscard]] bool converged(const Ledger& ledger) const;
  void chaos_ended(const Context& context);
  void look_again(const Ledger& ledger);
  void look_for_leader(const Ledger& ledger);
  void no_longer_pending(const Context& context, const RunFact& fact);
  void judge(const Context& context);
  void late(const Context& context, std::string expected, std::string seen, std::vector<CommandId> commands = {}) const;

  ProgressBounds bounds_;
  std::vector<Pending> pending_;  // in the order of submission; as many as clients wait for
  bool over_ = false;             // the chaos
  sim::Time over_at_{};
  bool has_led_ = false;  // since then
  core::Index agreed_;    // what was committed when the last command owed since the chaos was acknowledged
};

}  // namespace raftsim::checkers
