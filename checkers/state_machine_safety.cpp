#include "checkers/state_machine_safety.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "checkers/ledger.hpp"
#include "checkers/wording.hpp"

namespace raftsim::checkers {

namespace {

std::string first_at(const Ledger& ledger, core::Index index) {
  const auto& first = ledger.committed(index);
  return fmt::format("the one that {} committed in term {} at {}", checkers::name(first.by), first.term.value,
                     seconds(first.at));
}

}  // namespace

Interest StateMachineSafety::interest() const {
  using Kind = core::ObservationKind;
  return {.observations = Interest::in(Kind::advanced_commit, Kind::applied)};
}

void StateMachineSafety::observed(const Context& context, const core::Observation& said) {
  if (said.kind == core::ObservationKind::advanced_commit) {
    judge_commit(context, said);
  } else {
    judge_entry(context, said);
    judge_state(context, said);
  }
}

void StateMachineSafety::judge_entry(const Context& context, const core::Observation& said) const {
  const auto& ledger = context.ledger;
  if (said.index <= ledger.committed_first() || said.index > ledger.committed_last()) return;
  const auto before = ledger.committed(said.index.previous()).chain;
  if (core::mix(before, said.digest) == ledger.committed(said.index).chain) return;
  context.violated(
      *this,
      fmt::format("whoever applies an entry at index {} applies {}", said.index.value, first_at(ledger, said.index)),
      fmt::format("{} applied another one", checkers::name(said.server)));
}

void StateMachineSafety::judge_state(const Context& context, const core::Observation& said) const {
  const auto* first = context.ledger.state_after(said.index);
  if (first == nullptr || said.machine == 0 || said.machine == first->digest) return;
  context.violated(*this,
                   fmt::format("what the entries up to index {} amount to is the same for all: the state in which {} "
                               "was at {}",
                               said.index.value, checkers::name(first->by), seconds(first->at)),
                   fmt::format("{} applied the same entries, and is in another state", checkers::name(said.server)));
}

void StateMachineSafety::judge_commit(const Context& context, const core::Observation& said) const {
  const auto& ledger = context.ledger;
  const auto& log = ledger.of(said.server).log;
  const auto index = std::min({said.index, ledger.committed_last(), log.last()});
  if (!log.has(index) || index < ledger.committed_first() || log.chain_at(index) == ledger.committed(index).chain)
    return;
  context.violated(*this,
                   fmt::format("whoever commits up to index {} has the same history up to there: {}", index.value,
                               first_at(ledger, index)),
                   fmt::format("{} moved its commit index to {}, and has another history, which ends in an entry of "
                               "term {} at index {}",
                               checkers::name(said.server), said.index.value, log.term_at(index).value, index.value));
}

}  // namespace raftsim::checkers
