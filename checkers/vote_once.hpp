// Each server votes for at most one candidate in a given term, even across restarts (paper, section 5.2; Figure 2 has
// votedFor in the persistent state).
#pragma once

#include <vector>

#include "checkers/by_term.hpp"
#include "checkers/checker.hpp"

namespace raftsim::checkers {

// A vote counts once it has an effect: a granted reply that leaves, a candidacy that leaves (a vote for oneself), or a
// vote on the disk, which the server will remember. A decision that a crash undid before any of these is not a vote.
// Pre-votes are not votes.
class VoteOnce final : public Checker {
 public:
  explicit VoteOnce(std::size_t servers) : votes_(servers) {}
  [[nodiscard]] std::string_view name() const override { return "vote-once"; }
  [[nodiscard]] Interest interest() const override;
  [[nodiscard]] Needs needs() const override;
  [[nodiscard]] std::vector<Part> parts() const override;
  [[nodiscard]] std::unique_ptr<Checker> clone() const override { return std::make_unique<VoteOnce>(*this); }
  void begins(const Context& context, core::ServerId server, const Beginning& beginning) override;
  void sent(const Context& context, const sim::Packet& packet, const core::Message& message) override;
  void disk_changed(const Context& context, core::ServerId server) override;
  void crashed(const Context& context, core::ServerId server) override { disk_changed(context, server); }
  void forget(const Ledger& ledger, const Horizon& horizon) override;

 private:
  struct Vote {
    core::ServerId candidate;
    sim::Time at{};
  };
  void voted(const Context& context, core::ServerId voter, core::Term term, core::ServerId candidate,
             const char* where);

  std::vector<ByTerm<Vote>> votes_;  // by server number - 1
};

}  // namespace raftsim::checkers
