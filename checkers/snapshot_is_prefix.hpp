// A snapshot up to an index contains the state after the committed entries up to it (paper, section 7).
#pragma once

#include <set>
#include <string_view>
#include <utility>

#include "checkers/checker.hpp"

namespace raftsim::checkers {

// For every snapshot taken or installed: its last entry is the committed one at that index; its state equals that of
// the first server that had applied everything up to that index; it is taken only of applied entries, and never
// installed over a later state. An installed snapshot is byte for byte one that a server took. StateMachineSafety
// checks that all servers get the same state from the same entries.
class SnapshotIsPrefix final : public Checker {
 public:
  [[nodiscard]] std::string_view name() const override { return "snapshot-is-prefix"; }
  [[nodiscard]] Interest interest() const override;
  [[nodiscard]] Needs needs() const override;
  [[nodiscard]] std::vector<Part> parts() const override;
  [[nodiscard]] std::unique_ptr<Checker> clone() const override { return std::make_unique<SnapshotIsPrefix>(*this); }
  void observed(const Context& context, core::ServerId server, const core::TookSnapshot& took) override;
  void observed(const Context& context, core::ServerId server, const core::InstalledSnapshot& installed) override;
  void forget(const Ledger& ledger, const Horizon& horizon) override;

 private:
  // Checks the last entry and the state.
  void holds(const Context& context, core::ServerId server, core::LogPosition last, core::Digest machine,
             std::string_view did) const;

  std::set<std::pair<core::Index, core::Digest>> taken_;  // one per index, unless servers differ
};

}  // namespace raftsim::checkers
