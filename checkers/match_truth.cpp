#include "checkers/match_truth.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "checkers/ledger.hpp"
#include "checkers/wording.hpp"

namespace raftsim::checkers {

Interest MatchTruth::interest() const { return {.observations = Interest::in(core::ObservationKind::moved_progress)}; }

void MatchTruth::observed(const Context& context, const core::Observation& said) {
  const auto& leader = context.ledger.of(said.server);
  if (leader.role != core::Role::leader) return;
  const auto* before = context.ledger.progress(said.server, said.peer);
  const auto match = before == nullptr ? core::Index{} : before->match;
  const auto whose = [&] {
    return fmt::format("of {} for {} in term {}", checkers::name(said.server), checkers::name(said.peer),
                       leader.hard_state.term.value);
  };
  if (said.index < match) {
    context.violated(*this, fmt::format("match_index {} does not go back from {}", whose(), match.value),
                     fmt::format("it went to {}", said.index.value));
  } else if (said.next <= said.index && said.peer != said.server) {
    context.violated(*this, fmt::format("next_index {} is above match_index, {}", whose(), said.index.value),
                     fmt::format("it is {}", said.next.value));
  } else if (said.index > match) {
    grew(context, said);
  }
}

void MatchTruth::grew(const Context& context, const core::Observation& said) const {
  const auto& leader = context.ledger.of(said.server);
  const auto& follower = context.ledger.of(said.peer);
  const auto& durable = follower.durable;
  const auto term = leader.hard_state.term;
  if (std::max(follower.hard_state.term, durable.hard_state().term) > term) return;
  const bool heard_of_term = durable.hard_state().term == term;
  if (heard_of_term && durable.log().agrees_with(leader.log, said.index)) return;
  const auto who = checkers::name(said.peer);
  std::string seen;
  if (!heard_of_term) {
    seen = fmt::format("{} cannot have said so in term {}: its disk holds term {}", who, term.value,
                       durable.hard_state().term.value);
  } else if (!leader.log.has(said.index)) {
    seen = fmt::format("the leader's log ends at index {}", leader.log.last().value);
  } else if (!durable.log().has(said.index)) {
    seen = fmt::format("the disk of {} holds its log up to index {} only", who, durable.log().last().value);
  } else {
    seen = fmt::format(
        "the disk of {} holds another history, with an entry of term {} at index {}; the leader has one "
        "of term {} there",
        who, durable.log().term_at(said.index).value, said.index.value, leader.log.term_at(said.index).value);
  }
  context.violated(
      *this,
      fmt::format("match_index {} means what it says: {} durably has the log of {}, the leader of term {}, "
                  "up to there",
                  said.index.value, who, checkers::name(said.server), term.value),
      std::move(seen));
}

}  // namespace raftsim::checkers
