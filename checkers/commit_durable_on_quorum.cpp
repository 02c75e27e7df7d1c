#include "checkers/commit_durable_on_quorum.hpp"

#include <fmt/format.h>

#include "checkers/ledger.hpp"
#include "checkers/wording.hpp"

namespace raftsim::checkers {

Interest CommitDurableOnQuorum::interest() const {
  return {.observations = Interest::in(core::ObservationKind::advanced_commit)};
}

void CommitDurableOnQuorum::observed(const Context& context, const core::Observation& said) {
  const auto& ledger = context.ledger;
  if (ledger.of(said.server).role == core::Role::leader) {
    leader_commits(context, said);
  } else if (said.index > ledger.committed_last()) {
    context.violated(*this,
                     fmt::format("{}, which does not lead, commits no further than a leader has: index {}",
                                 checkers::name(said.server), ledger.committed_last().value),
                     fmt::format("it moved its commit index to {}", said.index.value));
  }
}

namespace {

std::string quorum_in_words(const core::Configuration& configuration) {
  const auto size = configuration.voters.size();
  if (!configuration.joint()) return fmt::format("{} of {} servers", size / 2 + 1, size);
  return fmt::format("a majority of {} and one of {}", in_words(configuration.voters),
                     in_words(configuration.outgoing));
}

}  // namespace

void CommitDurableOnQuorum::leader_commits(const Context& context, const core::Observation& said) const {
  const auto& ledger = context.ledger;
  const auto& leader = ledger.of(said.server);
  if (!leader.log.has(said.index) || said.index <= leader.commit_index) return;  // others judge that
  const auto term = leader.hard_state.term;
  if (leader.log.term_at(said.index) != term) {
    context.violated(*this,
                     fmt::format("{} commits by counting only entries of term {}, which it leads",
                                 checkers::name(said.server), term.value),
                     fmt::format("it committed index {}, an entry of term {}", said.index.value,
                                 leader.log.term_at(said.index).value));
    return;
  }
  const auto voters = leader.configuration.voters | leader.configuration.outgoing;
  core::ServerSet holders;
  for (const auto voter : voters) {
    if (ledger.of(voter).durable.log().agrees_with(leader.log, said.index)) holders.insert(voter);
  }
  if (leader.configuration.has_quorum(holders)) return;
  std::string missing;
  for (const auto voter : voters - holders) {
    missing += fmt::format("{}{} (durable up to {})", missing.empty() ? "" : ", ", checkers::name(voter),
                           ledger.of(voter).durable.log().last().value);
  }
  context.violated(*this,
                   fmt::format("what {} commits up to index {} is durable on {}", checkers::name(said.server),
                               said.index.value, quorum_in_words(leader.configuration)),
                   fmt::format("it is durable on {}, not on {}", holders.size(), missing));
}

}  // namespace raftsim::checkers
