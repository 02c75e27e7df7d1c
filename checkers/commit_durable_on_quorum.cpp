#include "checkers/commit_durable_on_quorum.hpp"

#include <fmt/format.h>

#include "checkers/ledger.hpp"
#include "checkers/wording.hpp"

namespace raftsim::checkers {

Interest CommitDurableOnQuorum::interest() const {
  return {.observations = ObservationKinds::of<core::AdvancedCommit>()};
}

Needs CommitDurableOnQuorum::needs() const {
  return {.observations =
              ObservationKinds::of<core::Booted, core::BecameRole, core::AdoptedTerm, core::Appended, core::Truncated,
                                   core::AdvancedCommit, core::Configured, core::InstalledSnapshot>(),
          .disk = true};
}

void CommitDurableOnQuorum::observed(const Context& context, core::ServerId server,
                                     const core::AdvancedCommit& advanced) {
  const auto& ledger = context.ledger;
  if (ledger.of(server).role == core::Role::leader) {
    leader_commits(context, server, advanced.index);
  } else if (advanced.index > ledger.committed_last()) {
    context.violated(*this,
                     fmt::format("{}, which does not lead, commits no further than a leader has: index {}",
                                 checkers::name(server), ledger.committed_last().value),
                     fmt::format("it moved its commit index to {}", advanced.index.value));
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

void CommitDurableOnQuorum::leader_commits(const Context& context, core::ServerId server, core::Index index) const {
  const auto& ledger = context.ledger;
  const auto& leader = ledger.of(server);
  const auto& log = ledger.log(server);
  if (!log.has(index) || index <= leader.commit_index) return;  // other checkers judge that
  const auto term = leader.hard_state.term;
  if (log.term_at(index) != term) {
    context.violated(*this,
                     fmt::format("{} commits by counting only entries of term {}, which it leads",
                                 checkers::name(server), term.value),
                     fmt::format("it committed index {}, an entry of term {}", index.value, log.term_at(index).value));
    return;
  }
  const auto voters = leader.configuration.voters | leader.configuration.outgoing;
  core::ServerSet holders;
  for (const auto voter : voters) {
    if (ledger.durable(voter).log().agrees_with(log, index)) holders.insert(voter);
  }
  if (leader.configuration.has_quorum(holders)) return;
  std::string missing;
  for (const auto voter : voters - holders) {
    missing += fmt::format("{}{} (durable up to {})", missing.empty() ? "" : ", ", checkers::name(voter),
                           ledger.durable(voter).log().last().value);
  }
  context.violated(*this,
                   fmt::format("what {} commits up to index {} is durable on {}", checkers::name(server), index.value,
                               quorum_in_words(leader.configuration)),
                   fmt::format("it is durable on {}, not on {}", holders.size(), missing));
}

}  // namespace raftsim::checkers
