#include "checkers/leader_append_only.hpp"

#include <fmt/format.h>

#include "checkers/ledger.hpp"
#include "checkers/wording.hpp"

namespace raftsim::checkers {

Interest LeaderAppendOnly::interest() const {
  return {.observations = ObservationKinds::of<core::Appended, core::Truncated>()};
}

Needs LeaderAppendOnly::needs() const {
  return {.observations = ObservationKinds::of<core::Booted, core::BecameRole, core::AdoptedTerm, core::Appended,
                                               core::Truncated, core::InstalledSnapshot>()};
}

void LeaderAppendOnly::observed(const Context& context, core::ServerId server, const core::Truncated& truncated) {
  if (context.ledger.of(server).role == core::Role::leader) removed(context, server, truncated.first);
}

void LeaderAppendOnly::observed(const Context& context, core::ServerId server, const core::Appended& appended) {
  const auto& state = context.ledger.of(server);
  if (state.role != core::Role::leader) return;
  const auto term = state.hard_state.term;
  const auto [index, of_term] = appended.position;
  if (index <= context.ledger.log(server).last()) {
    removed(context, server, index);
  } else if (of_term != term) {
    context.violated(*this,
                     fmt::format("what {} appends as leader of term {} is of term {}", checkers::name(server),
                                 term.value, term.value),
                     fmt::format("it appended an entry of term {} at index {}", of_term.value, index.value));
  }
}

void LeaderAppendOnly::removed(const Context& context, core::ServerId server, core::Index first) const {
  const auto who = checkers::name(server);
  context.violated(*this,
                   fmt::format("{} only appends to its log while it leads term {}", who,
                               context.ledger.of(server).hard_state.term.value),
                   fmt::format("{} removed what it had from index {} on; its last index was {}", who, first.value,
                               context.ledger.log(server).last().value));
}

}  // namespace raftsim::checkers
