#include "checkers/apply_in_order.hpp"

#include <fmt/format.h>

#include "checkers/ledger.hpp"
#include "checkers/wording.hpp"

namespace raftsim::checkers {

Interest ApplyInOrder::interest() const { return {.observations = ObservationKinds::of<core::Applied>()}; }

Needs ApplyInOrder::needs() const {
  return {.observations = ObservationKinds::of<core::Booted, core::Appended, core::Truncated, core::AdvancedCommit,
                                               core::Applied, core::InstalledSnapshot>()};
}

void ApplyInOrder::observed(const Context& context, core::ServerId server, const core::Applied& applied) {
  const auto& state = context.ledger.of(server);
  const auto& log = context.ledger.log(server);
  const auto index = applied.position.index;
  const auto who = [&] { return checkers::name(server); };
  if (index != state.last_applied.next()) {
    context.violated(*this, fmt::format("{} applies index {} next", who(), state.last_applied.next().value),
                     fmt::format("it applied index {}", index.value));
  } else if (index > state.commit_index) {
    context.violated(*this, fmt::format("{} applies nothing past its commit index {}", who(), state.commit_index.value),
                     fmt::format("it applied index {}", index.value));
  } else if (log.has(index) && log.has(index.previous()) &&
             core::mix(log.chain_at(index.previous()), applied.entry) != log.chain_at(index)) {
    context.violated(*this, fmt::format("{} applies the entry that its log has at index {}", who(), index.value),
                     "it applied another one");
  }
}

}  // namespace raftsim::checkers
