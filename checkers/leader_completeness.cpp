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
  return {.observations = ObservationKinds::of<core::BecameRole, core::AdvancedCommit>()};
}

Needs LeaderCompleteness::needs() const {
  return {.observations = ObservationKinds::of<core::Booted, core::BecameRole, core::AdoptedTerm, core::Appended,
                                               core::Truncated, core::AdvancedCommit, core::InstalledSnapshot>()};
}

// What was committed in earlier terms by then is in the log of the new leader.
void LeaderCompleteness::observed(const Context& context, core::ServerId server, const core::BecameRole& became) {
  if (became.role != core::Role::leader) return;
  const auto& ledger = context.ledger;
  auto index = ledger.committed_last();
  while (index > ledger.committed_first() && ledger.committed(index).term >= became.term) index = index.previous();
  if (index == core::Index{} || ledger.committed(index).term >= became.term) return;
  const auto& log = ledger.log(server);
  const auto& entry = ledger.committed(index);
  if (log.has(index) && log.chain_at(index) == entry.chain) return;
  context.violated(
      *this,
      fmt::format("the leader of term {} has every entry committed before, up to index {} (committed by "
                  "{} in term {} at {})",
                  became.term.value, index.value, checkers::name(entry.by), entry.term.value, seconds(entry.at)),
      fmt::format("{} became leader of term {}, but {}", checkers::name(server), became.term.value,
                  what_it_has(log, index)));
}

// A leader that does not know yet that it is deposed commits nothing that the newer leader lacks.
void LeaderCompleteness::observed(const Context& context, core::ServerId server, const core::AdvancedCommit& advanced) {
  const auto& ledger = context.ledger;
  if (ledger.of(server).role != core::Role::leader) return;
  const auto& log = ledger.log(server);
  const auto term = ledger.of(server).hard_state.term;
  if (term >= ledger.newest_led_term() || !log.has(advanced.index)) return;
  for (const auto newer : ledger.servers()) {
    const auto& other = ledger.of(newer);
    if (!other.leads() || other.hard_state.term <= term) continue;
    if (ledger.log(newer).agrees_with(log, advanced.index)) continue;
    context.violated(*this,
                     fmt::format("what {} commits in term {}, up to index {}, is in the log of {}, the leader of term "
                                 "{}",
                                 checkers::name(server), term.value, advanced.index.value, checkers::name(newer),
                                 other.hard_state.term.value),
                     fmt::format("{} leads term {}, but {}", checkers::name(newer), other.hard_state.term.value,
                                 what_it_has(ledger.log(newer), advanced.index)));
    return;
  }
}

}  // namespace raftsim::checkers
