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
  return {.observations = ObservationKinds::of<core::AdvancedCommit, core::Applied>()};
}

Needs StateMachineSafety::needs() const {
  return {.observations =
              ObservationKinds::of<core::Booted, core::BecameRole, core::AdoptedTerm, core::Appended, core::Truncated,
                                   core::AdvancedCommit, core::Applied, core::InstalledSnapshot>()};
}

std::vector<Part> StateMachineSafety::parts() const { return {{"state", {.machine_digests = true}}}; }

void StateMachineSafety::observed(const Context& context, core::ServerId server, const core::Applied& applied) {
  judge_entry(context, server, applied);
  judge_state(context, server, applied);
}

void StateMachineSafety::judge_entry(const Context& context, core::ServerId server,
                                     const core::Applied& applied) const {
  const auto& ledger = context.ledger;
  const auto index = applied.position.index;
  if (index <= ledger.committed_first() || index > ledger.committed_last()) return;
  const auto before = ledger.committed(index.previous()).chain;
  if (core::mix(before, applied.entry) == ledger.committed(index).chain) return;
  context.violated(*this,
                   fmt::format("whoever applies an entry at index {} applies {}", index.value, first_at(ledger, index)),
                   fmt::format("{} applied another one", checkers::name(server)));
}

void StateMachineSafety::judge_state(const Context& context, core::ServerId server,
                                     const core::Applied& applied) const {
  const auto index = applied.position.index;
  const auto* first = context.ledger.state_after(index);
  if (first == nullptr || applied.machine == 0 || applied.machine == first->digest) return;
  context.violated(*this,
                   fmt::format("what the entries up to index {} amount to is the same for all: the state in which {} "
                               "was at {}",
                               index.value, checkers::name(first->by), seconds(first->at)),
                   fmt::format("{} applied the same entries, and is in another state", checkers::name(server)));
}

void StateMachineSafety::observed(const Context& context, core::ServerId server, const core::AdvancedCommit& advanced) {
  const auto& ledger = context.ledger;
  const auto& log = ledger.log(server);
  const auto index = std::min({advanced.index, ledger.committed_last(), log.last()});
  if (!log.has(index) || index < ledger.committed_first() || log.chain_at(index) == ledger.committed(index).chain)
    return;
  context.violated(*this,
                   fmt::format("whoever commits up to index {} has the same history up to there: {}", index.value,
                               first_at(ledger, index)),
                   fmt::format("{} moved its commit index to {}, and has another history, which ends in an entry of "
                               "term {} at index {}",
                               checkers::name(server), advanced.index.value, log.term_at(index).value, index.value));
}

}  // namespace raftsim::checkers
