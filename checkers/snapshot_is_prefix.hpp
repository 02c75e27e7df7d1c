// A snapshot up to an index is the state after the committed entries up to there (paper, section 7).
#pragma once

#include <set>
#include <string_view>
#include <utility>

#include "checkers/checker.hpp"

namespace raftsim::checkers {

// Of every snapshot taken or installed: its last entry is the committed one at that index; its state is the state of
// whoever had applied everything up to that index first; it is taken of what was applied, and never installed over
// anything later. What is installed is, to the byte, what somebody took. That all servers make the same of the same
// entries is for StateMachineSafety to say.
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
  // Whether the last entry and the state are what they must be.
  void holds(const Context& context, core::ServerId server, core::LogPosition last, core::Digest machine,
             std::string_view did) const;

  std::set<std::pair<core::Index, core::Digest>> taken_;  // one for each index, unless servers differ
};

}  // namespace raftsim::checkers
