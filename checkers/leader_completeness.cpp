#include "checkers/leader_completeness.hpp"

#include <fmt/format.h>

#include "checkers/ledger.hpp"
#include "checkers/wording.hpp"

namespace raftsim::checkers {

namespace {

std::string what_it_has(const LogModel& log, core::Index index) {
  if (!log.has(index)) return fmt::format("its log ends at index {}", log.last().value);
  return fmt::format("it has an entry of term {} at index {}, after another history", log.term_at(index).value,
                     index.value);
}

}  // namespace

Interest LeaderCompleteness::interest() const {
  using Kind = core::ObservationKind;
  return {.observations = Interest::in(Kind::became, Kind::advanced_commit)};
}

void LeaderCompleteness::observed(const Context& context, const core::Observation& said) {
  if (said.kind == core::ObservationKind::became) {
    if (said.role == core::Role::leader) came_to_power(context, said);
  } else if (context.ledger.of(said.server).role == core::Role::leader) {
    committed(context, said);
  }
}

void LeaderCompleteness::came_to_power(const Context& context, const core::Observation& said) const {
  const auto& ledger = context.ledger;
  auto index = ledger.committed_last();
  while (index > ledger.committed_first() && ledger.committed(index).term >= said.term) index = index.previous();
  if (index == core::Index{} || ledger.committed(index).term >= said.term) return;
  const auto& log = ledger.of(said.server).log;
  const auto& entry = ledger.committed(index);
  if (log.has(index) && log.chain_at(index) == entry.chain) return;
  context.violated(
      *this,
      fmt::format("the leader of term {} has every entry committed before, up to index {} (committed by "
                  "{} in term {} at {})",
                  said.term.value, index.value, checkers::name(entry.by), entry.term.value, seconds(entry.at)),
      fmt::format("{} became leader of term {}, but {}", checkers::name(said.server), said.term.value,
                  what_it_has(log, index)));
}

void LeaderCompleteness::committed(const Context& context, const core::Observation& said) const {
  const auto& ledger = context.ledger;
  const auto& committer = ledger.of(said.server);
  const auto term = committer.hard_state.term;
  if (term >= ledger.newest_led_term() || !committer.log.has(said.index)) return;
  core::ServerId newer;
  for (const auto& server : ledger.servers()) {
    ++newer.value;
    if (!server.up || server.role != core::Role::leader || server.hard_state.term <= term) continue;
    if (server.log.agrees_with(committer.log, said.index)) continue;
    context.violated(*this,
                     fmt::format("what {} commits in term {}, up to index {}, is in the log of {}, the leader of term "
                                 "{}",
                                 checkers::name(said.server), term.value, said.index.value, checkers::name(newer),
                                 server.hard_state.term.value),
                     fmt::format("{} leads term {}, but {}", checkers::name(newer), server.hard_state.term.value,
                                 what_it_has(server.log, said.index)));
    return;
  }
}

}  // namespace raftsim::checkers
