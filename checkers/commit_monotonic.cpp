#include "checkers/commit_monotonic.hpp"

#include <fmt/format.h>

#include "checkers/ledger.hpp"
#include "checkers/wording.hpp"

namespace raftsim::checkers {

Interest CommitMonotonic::interest() const {
  using Kind = core::ObservationKind;
  return {.observations = Interest::in(Kind::advanced_commit, Kind::truncated)};
}

void CommitMonotonic::observed(const Context& context, const core::Observation& said) {
  const auto& server = context.ledger.of(said.server);
  const auto who = [&] { return checkers::name(said.server); };
  if (said.kind == core::ObservationKind::truncated) {
    if (said.index > server.commit_index) return;
    context.violated(*this,
                     fmt::format("{} keeps the entries up to its commit index {}", who(), server.commit_index.value),
                     fmt::format("it removed its entries from index {} on", said.index.value));
  } else if (said.index < server.commit_index) {
    context.violated(*this,
                     fmt::format("the commit index of {} does not go back from {}", who(), server.commit_index.value),
                     fmt::format("it went to {}", said.index.value));
  } else if (said.index > server.log.last()) {
    context.violated(
        *this, fmt::format("the commit index of {} is at most its last index, {}", who(), server.log.last().value),
        fmt::format("it went to {}", said.index.value));
  }
}

}  // namespace raftsim::checkers
