// A snapshot up to an index is the state after the committed entries up to there (paper, section 7).
#pragma once

#include <vector>

#include "checkers/checker.hpp"
#include "core/hash.hpp"

namespace raftsim::checkers {

// Of every snapshot taken or installed: its last entry is the committed one at that index; its state is the state of
// the first server that applied that index; it is taken of what was applied, and never installed over anything later.
// And all servers have the same state after the same index.
class SnapshotIsPrefix final : public Checker {
 public:
  [[nodiscard]] std::string_view name() const override { return "snapshot-is-prefix"; }
  [[nodiscard]] Interest interest() const override;
  [[nodiscard]] std::unique_ptr<Checker> clone() const override { return std::make_unique<SnapshotIsPrefix>(*this); }
  void observed(const Context& context, const core::Observation& said) override;

 private:
  // The state machine after an index, as the first server had it that said so.
  struct State {
    core::Digest machine = 0;
    core::Term term;        // of the entry
    core::ServerId server;  // no_server: nobody yet
  };
  void applied(const Context& context, const core::Observation& said);
  void taken(const Context& context, const core::Observation& said);
  void installed(const Context& context, const core::Observation& said);
  // Whether the last entry and the state are what they must be.
  void holds(const Context& context, const core::Observation& said, std::string_view did);

  std::vector<State> states_;  // by index
};

}  // namespace raftsim::checkers
