// What a server acknowledges is on its disk: a successful AppendEntries reply leaves only after the entries and the
// term are durable (paper, Figure 2: the log is in the persistent state; dissertation, section 10.2.1). The same holds
// for a snapshot that it reports as installed.
#pragma once

#include <vector>

#include "checkers/checker.hpp"
#include "core/hash.hpp"

namespace raftsim::checkers {

// An ack is a promise to the leader of its term about the prefix up to previous + count, or up to the end of a
// snapshot. It lasts as long as that term: the server does not remove any of the prefix, not even when a snapshot
// replaces its beginning (paper, Figure 13, rule 6), and does not restart in the same term without it. An ack that
// leaves after its server has entered a later term is stale and not judged: the leader of that term may have replaced
// the entries.
class DurableAck final : public Checker {
 public:
  explicit DurableAck(std::size_t servers) : promises_(servers) {}
  [[nodiscard]] std::string_view name() const override { return "durable-ack"; }
  [[nodiscard]] Interest interest() const override;
  [[nodiscard]] Needs needs() const override;
  [[nodiscard]] std::unique_ptr<Checker> clone() const override { return std::make_unique<DurableAck>(*this); }
  void observed(const Context& context, core::ServerId server, const core::Booted& booted) override;
  void observed(const Context& context, core::ServerId server, const core::Truncated& truncated) override;
  void observed(const Context& context, core::ServerId server, const core::InstalledSnapshot& installed) override;
  void sent(const Context& context, const sim::Packet& packet, const core::Message& message) override;
  void forget(const Ledger& ledger, const Horizon& horizon) override;

 private:
  struct Promise {
    core::Term term;
    core::Index index;
    core::Digest chain = 0;
    core::ServerId leader;
  };
  void acknowledged(const Context& context, const core::Message& message, core::Index index);
  // The log of `server` now ends before `first`.
  void removed(const Context& context, core::ServerId server, core::Index first) const;

  std::vector<Promise> promises_;  // the furthest promise of the newest term, by server number - 1
};

}  // namespace raftsim::checkers
