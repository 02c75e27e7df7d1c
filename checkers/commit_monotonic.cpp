#include "checkers/commit_monotonic.hpp"

#include <fmt/format.h>

#include "checkers/ledger.hpp"
#include "checkers/wording.hpp"

namespace raftsim::checkers {

Interest CommitMonotonic::interest() const {
  return {.observations = ObservationKinds::of<core::AdvancedCommit, core::Truncated>()};
}

Needs CommitMonotonic::needs() const {
  return {.observations = ObservationKinds::of<core::Booted, core::Appended, core::Truncated, core::AdvancedCommit,
                                               core::InstalledSnapshot>()};
}

void CommitMonotonic::observed(const Context& context, core::ServerId server, const core::Truncated& truncated) {
  const auto commit_index = context.ledger.of(server).commit_index;
  if (truncated.first > commit_index) return;
  context.violated(
      *this, fmt::format("{} keeps the entries up to its commit index {}", checkers::name(server), commit_index.value),
      fmt::format("it removed its entries from index {} on", truncated.first.value));
}

void CommitMonotonic::observed(const Context& context, core::ServerId server, const core::AdvancedCommit& advanced) {
  const auto commit_index = context.ledger.of(server).commit_index;
  const auto last = context.ledger.log(server).last();
  const auto who = [&] { return checkers::name(server); };
  if (advanced.index < commit_index) {
    context.violated(*this, fmt::format("the commit index of {} does not go back from {}", who(), commit_index.value),
                     fmt::format("it went to {}", advanced.index.value));
  } else if (advanced.index > last) {
    context.violated(*this, fmt::format("the commit index of {} is at most its last index, {}", who(), last.value),
                     fmt::format("it went to {}", advanced.index.value));
  }
}

}  // namespace raftsim::checkers
