#include "checkers/leader_append_only.hpp"

#include <fmt/format.h>

#include "checkers/ledger.hpp"
#include "checkers/wording.hpp"

namespace raftsim::checkers {

Interest LeaderAppendOnly::interest() const {
  using Kind = core::ObservationKind;
  return {.observations = Interest::in(Kind::appended, Kind::truncated)};
}

void LeaderAppendOnly::observed(const Context& context, const core::Observation& said) {
  const auto& server = context.ledger.of(said.server);
  if (server.role != core::Role::leader) return;
  const auto who = [&] { return checkers::name(said.server); };
  const auto term = server.hard_state.term;
  const bool removes = said.kind == core::ObservationKind::truncated || said.index <= server.log.last();
  if (removes) {
    context.violated(*this, fmt::format("{} only appends to its log while it leads term {}", who(), term.value),
                     fmt::format("{} removed what it had from index {} on; its last index was {}", who(),
                                 said.index.value, server.log.last().value));
  } else if (said.term != term) {
    context.violated(*this,
                     fmt::format("what {} appends as leader of term {} is of term {}", who(), term.value, term.value),
                     fmt::format("it appended an entry of term {} at index {}", said.term.value, said.index.value));
  }
}

}  // namespace raftsim::checkers
