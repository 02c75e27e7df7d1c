#include "checkers/election_safety.hpp"

#include <fmt/format.h>

#include "checkers/ledger.hpp"
#include "checkers/wording.hpp"

namespace raftsim::checkers {

Interest ElectionSafety::interest() const { return {.observations = Interest::in(core::ObservationKind::became)}; }

void ElectionSafety::observed(const Context& context, const core::Observation& said) {
  if (said.role != core::Role::leader) return;
  const auto* first = context.ledger.leader_of(said.term);
  if (first == nullptr || first->server == said.server) return;
  context.violated(
      *this, fmt::format("at most one leader in term {}", said.term.value),
      fmt::format("{} became leader of term {} at {}; {} had at {}", checkers::name(said.server), said.term.value,
                  seconds(context.moment.now), checkers::name(first->server), seconds(first->since)));
}

}  // namespace raftsim::checkers
