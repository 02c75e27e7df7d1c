#include "checkers/apply_in_order.hpp"

#include <fmt/format.h>

#include "checkers/ledger.hpp"
#include "checkers/wording.hpp"

namespace raftsim::checkers {

Interest ApplyInOrder::interest() const { return {.observations = Interest::in(core::ObservationKind::applied)}; }

void ApplyInOrder::observed(const Context& context, const core::Observation& said) {
  const auto& server = context.ledger.of(said.server);
  const auto who = [&] { return checkers::name(said.server); };
  if (said.index != server.last_applied.next()) {
    context.violated(*this, fmt::format("{} applies index {} next", who(), server.last_applied.next().value),
                     fmt::format("it applied index {}", said.index.value));
  } else if (said.index > server.commit_index) {
    context.violated(*this,
                     fmt::format("{} applies nothing past its commit index {}", who(), server.commit_index.value),
                     fmt::format("it applied index {}", said.index.value));
  } else if (server.log.has(said.index) && server.log.has(said.index.previous()) &&
             core::mix(server.log.chain_at(said.index.previous()), said.digest) != server.log.chain_at(said.index)) {
    context.violated(*this, fmt::format("{} applies the entry that its log has at index {}", who(), said.index.value),
                     "it applied another one");
  }
}

}  // namespace raftsim::checkers
