// A vote is on the server's disk before it is sent: term and vote are updated on stable storage before responding to
// RPCs (paper, Figure 2). The same holds for a candidacy, which is a vote for oneself.
#pragma once

#include "checkers/checker.hpp"

namespace raftsim::checkers {

// Judged when the message leaves, so that no crash is needed to reveal a violation.
class DurableVote final : public Checker {
 public:
  [[nodiscard]] std::string_view name() const override { return "durable-vote"; }
  [[nodiscard]] Interest interest() const override;
  [[nodiscard]] Needs needs() const override;
  [[nodiscard]] std::unique_ptr<Checker> clone() const override { return std::make_unique<DurableVote>(*this); }
  void sent(const Context& context, const sim::Packet& packet, const core::Message& message) override;

 private:
  void promises(const Context& context, const core::Message& message, core::ServerId candidate) const;
};

}  // namespace raftsim::checkers
