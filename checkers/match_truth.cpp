#include "checkers/match_truth.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "checkers/ledger.hpp"
#include "checkers/wording.hpp"

namespace raftsim::checkers {

Interest MatchTruth::interest() const { return {.observations = ObservationKinds::of<core::MovedProgress>()}; }

Needs MatchTruth::needs() const {
  return {.observations =
              ObservationKinds::of<core::Booted, core::BecameRole, core::AdoptedTerm, core::Appended, core::Truncated,
                                   core::MovedProgress, core::Configured, core::InstalledSnapshot>(),
          .disk = true};
}

void MatchTruth::observed(const Context& context, core::ServerId server, const core::MovedProgress& moved) {
  const auto& leader = context.ledger.of(server);
  if (leader.role != core::Role::leader) return;
  const auto* before = context.ledger.progress(server, moved.follower);
  const auto match = before == nullptr ? core::Index{} : before->match;
  const auto whose = [&] {
    return fmt::format("of {} for {} in term {}", checkers::name(server), checkers::name(moved.follower),
                       leader.hard_state.term.value);
  };
  if (moved.match < match) {
    context.violated(*this, fmt::format("match_index {} does not go back from {}", whose(), match.value),
                     fmt::format("it went to {}", moved.match.value));
  } else if (moved.next <= moved.match && moved.follower != server) {
    context.violated(*this, fmt::format("next_index {} is above match_index, {}", whose(), moved.match.value),
                     fmt::format("it is {}", moved.next.value));
  } else if (moved.match > match) {
    grew(context, server, moved);
  }
}

void MatchTruth::grew(const Context& context, core::ServerId server, const core::MovedProgress& moved) const {
  const auto& leader = context.ledger.of(server);
  const auto& follower = context.ledger.of(moved.follower);
  const auto& log = context.ledger.log(server);
  const auto& durable = context.ledger.durable(moved.follower);
  const auto term = leader.hard_state.term;
  if (std::max(follower.hard_state.term, durable.hard_state().term) > term) return;
  const bool heard_of_term = durable.hard_state().term == term;
  if (heard_of_term && durable.log().agrees_with(log, moved.match)) return;
  const auto who = checkers::name(moved.follower);
  std::string seen;
  if (!heard_of_term) {
    seen = fmt::format("{} cannot have said so in term {}: its disk holds term {}", who, term.value,
                       durable.hard_state().term.value);
  } else if (!log.has(moved.match)) {
    seen = fmt::format("the leader's log ends at index {}", log.last().value);
  } else if (!durable.log().has(moved.match)) {
    seen = fmt::format("the disk of {} holds its log up to index {} only", who, durable.log().last().value);
  } else {
    seen = fmt::format(
        "the disk of {} holds another history, with an entry of term {} at index {}; the leader has one "
        "of term {} there",
        who, durable.log().term_at(moved.match).value, moved.match.value, log.term_at(moved.match).value);
  }
  context.violated(
      *this,
      fmt::format("match_index {} means what it says: {} durably has the log of {}, the leader of term {}, "
                  "up to there",
                  moved.match.value, who, checkers::name(server), term.value),
      std::move(seen));
}

}  // namespace raftsim::checkers
