// A leader's view of its followers is true: match_index is the highest index known to be replicated there (paper,
// Figure 2), so the follower's disk matches the leader's log up to it; it increases monotonically within a term of
// leadership; and next_index is above it.
#pragma once

#include "checkers/checker.hpp"

namespace raftsim::checkers {

// Judged when match_index grows, unless the follower has entered a later term: a leader that does not know yet that it
// is deposed may rightly accept an ack for entries that the newer leader has replaced in the meantime. (Such an entry
// cannot be committed: a majority voted for the newer leader, and any of them that had stored the entry would have
// refused.)
class MatchTruth final : public Checker {
 public:
  [[nodiscard]] std::string_view name() const override { return "match-truth"; }
  [[nodiscard]] Interest interest() const override;
  [[nodiscard]] Needs needs() const override;
  [[nodiscard]] std::unique_ptr<Checker> clone() const override { return std::make_unique<MatchTruth>(*this); }
  void observed(const Context& context, core::ServerId server, const core::MovedProgress& moved) override;

 private:
  void grew(const Context& context, core::ServerId server, const core::MovedProgress& moved) const;
};

}  // namespace raftsim::checkers
