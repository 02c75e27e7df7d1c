#include "checkers/election_safety.hpp"

#include <fmt/format.h>

#include "checkers/ledger.hpp"
#include "checkers/wording.hpp"

namespace raftsim::checkers {

Interest ElectionSafety::interest() const { return {.observations = ObservationKinds::of<core::BecameRole>()}; }

Needs ElectionSafety::needs() const { return {.observations = ObservationKinds::of<core::BecameRole>()}; }

void ElectionSafety::observed(const Context& context, core::ServerId server, const core::BecameRole& became) {
  if (became.role != core::Role::leader) return;
  const auto* first = context.ledger.leader_of(became.term);
  if (first == nullptr || first->server == server) return;
  context.violated(
      *this, fmt::format("at most one leader in term {}", became.term.value),
      fmt::format("{} became leader of term {} at {}; {} had at {}", checkers::name(server), became.term.value,
                  seconds(context.moment.now), checkers::name(first->server), seconds(first->since)));
}

}  // namespace raftsim::checkers
