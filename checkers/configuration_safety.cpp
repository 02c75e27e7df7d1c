#include "checkers/configuration_safety.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "checkers/horizon.hpp"
#include "checkers/ledger.hpp"
#include "checkers/wording.hpp"

namespace raftsim::checkers {

using core::Configuration;

ConfigurationSafety::ConfigurationSafety(std::size_t servers, const Configuration& founders, bool learners_first)
    : founders_(founders), learners_first_(learners_first), servers_(servers) {}

Interest ConfigurationSafety::interest() const {
  return {.observations = ObservationKinds::of<core::Booted, core::BecameRole, core::ReceivedVote, core::Truncated,
                                               core::AdvancedCommit, core::Configured, core::InstalledSnapshot>()};
}

Needs ConfigurationSafety::needs() const {
  return {.observations =
              ObservationKinds::of<core::Booted, core::BecameRole, core::AdoptedTerm, core::Appended, core::Truncated,
                                   core::AdvancedCommit, core::Configured, core::InstalledSnapshot>()};
}

std::vector<Part> ConfigurationSafety::parts() const {
  std::vector<Part> result{{"votes", {.observations = ObservationKinds::of<core::ReceivedVote>()}}};
  if (learners_first_) result.push_back({"new_voters", {.observations = ObservationKinds::of<core::MovedProgress>()}});
  return result;
}

// --- the configuration in force ---

void ConfigurationSafety::judge_if_due(const Context& context, core::ServerId server, core::Index last) {
  auto& due = of(server).due;
  if (due) compare(context, server, context.ledger.configuration_of(server), last);
  due = false;
}

void ConfigurationSafety::observed(const Context& /*context*/, core::ServerId server, const core::Booted& booted) {
  of(server).due = false;
  of(server).begins_with_snapshot = booted.snapshot > core::Index{};
}

void ConfigurationSafety::observed(const Context& context, core::ServerId server, const core::Truncated& truncated) {
  judge_if_due(context, server, context.ledger.log(server).last());
  of(server).due = truncated.first <= context.ledger.of(server).configuration_index;
}

void ConfigurationSafety::observed(const Context& context, core::ServerId server,
                                   const core::InstalledSnapshot& /*installed*/) {
  judge_if_due(context, server, context.ledger.log(server).last());
  of(server).due = true;
  of(server).begins_with_snapshot = true;
}

void ConfigurationSafety::observed(const Context& context, core::ServerId server, const core::Configured& configured) {
  const auto& log = context.ledger.log(server);
  if (context.reason != core::Reason::configuration_appended) {
    of(server).due = false;
    compare(context, server, configured.configuration, log.last());
    return;
  }
  // When a new configuration is reported, its entry is already in the log.
  judge_if_due(context, server, configured.index.previous());
  if (configured.index != log.last()) {
    context.violated(*this,
                     fmt::format("{} goes by the configuration of index {} from the moment it is appended",
                                 checkers::name(server), configured.index.value),
                     fmt::format("it went by it when its log ended at index {} already", log.last().value));
    return;
  }
  learn(log, configured);
  if (context.ledger.of(server).role == core::Role::leader) appended(context, server, configured);
}

void ConfigurationSafety::learn(const LogModel& log, const core::Configured& configured) {
  const auto chain = log.chain_at(configured.index);
  const auto known = std::any_of(entries_.rbegin(), entries_.rend(), [&](const Entry& entry) {
    return entry.index == configured.index && entry.chain == chain;
  });
  if (!known) entries_.push_back({configured.index, chain, configured.configuration});
}

bool ConfigurationSafety::is_in(const LogModel& log, const Entry& entry) const {
  if (entry.index == everywhere_) return true;
  return log.has(entry.index) && log.chain_at(entry.index) == entry.chain;
}

// Below the horizon only the latest committed one is needed.
void ConfigurationSafety::forget(const Ledger& ledger, const Horizon& horizon) {
  Entry latest;
  for (const Entry& entry : entries_) {
    if (entry.index > horizon.index || entry.index <= latest.index) continue;
    if (is_in(ledger.committed_log(), entry)) latest = entry;
  }
  if (latest.index == core::Index{}) return;
  everywhere_ = latest.index;
  std::erase_if(entries_, [&](const Entry& entry) {
    return entry.index < latest.index || (entry.index == latest.index && entry.chain != latest.chain);
  });
}

Configuration ConfigurationSafety::latest_in(const LogModel& log, core::Index last, core::ServerId server) const {
  const Entry* latest = nullptr;
  for (const Entry& entry : entries_) {
    if (entry.index > last || !is_in(log, entry)) continue;
    if (latest == nullptr || entry.index > latest->index) latest = &entry;
  }
  if (latest != nullptr) return latest->configuration;
  const bool knows_founders = founders_.members().contains(server) || servers_[server.value - 1U].begins_with_snapshot;
  return knows_founders ? founders_ : Configuration();
}

void ConfigurationSafety::compare(const Context& context, core::ServerId server, const Configuration& in_force,
                                  core::Index last) const {
  const auto expected = latest_in(context.ledger.log(server), last, server);
  if (in_force == expected) return;
  context.violated(
      *this,
      fmt::format("{} goes by the latest configuration in its log: {}", checkers::name(server), in_words(expected)),
      fmt::format("it goes by {}", in_words(in_force)));
}

// --- changes ---

namespace {

std::size_t differing(const core::ServerSet& a, const core::ServerSet& b) { return ((a - b) | (b - a)).size(); }

// Whether every majority of `before` overlaps every majority of `next`.
bool may_follow(const Configuration& before, const Configuration& next) {
  if (next.voters.empty()) return false;
  if (before.joint()) return !next.joint() && next.voters == before.voters;
  return next.joint() ? next.outgoing == before.voters : differing(before.voters, next.voters) <= 1;
}

}  // namespace

void ConfigurationSafety::appended(const Context& context, core::ServerId server,
                                   const core::Configured& configured) const {
  const auto& leader = context.ledger.of(server);
  const auto& log = context.ledger.log(server);
  const auto who = checkers::name(server);
  if (leader.configuration_index > leader.commit_index) {
    context.violated(*this,
                     fmt::format("{} changes the configuration once the last one, of index {}, is committed", who,
                                 leader.configuration_index.value),
                     fmt::format("it appended another at index {}, with commit index {}", configured.index.value,
                                 leader.commit_index.value));
    return;
  }
  const auto term = leader.hard_state.term;
  if (log.has(leader.commit_index) && log.term_at(leader.commit_index) != term) {
    context.violated(
        *this,
        fmt::format("{} changes the configuration once an entry of its own term {} is committed", who, term.value),
        fmt::format("it appended one at index {}; what it knows to be committed, up to index {}, is of term {}",
                    configured.index.value, leader.commit_index.value, log.term_at(leader.commit_index).value));
    return;
  }
  if (may_follow(leader.configuration, configured.configuration)) {
    if (learners_first_) judge_new_voters(context, server, configured);
    return;
  }
  context.violated(
      *this,
      fmt::format("{} changes {} by one voter at most, or through a joint configuration, which it leaves "
                  "for its own new one",
                  who, in_words(leader.configuration)),
      fmt::format("at index {} it appended {}", configured.index.value, in_words(configured.configuration)));
}

// The leader waits for a whole round. A round replicates what its log held when the round began, which is after the
// learner joined. A voter that has less may prevent commits for as long as it takes to replicate the log.
void ConfigurationSafety::judge_new_voters(const Context& context, core::ServerId leader,
                                           const core::Configured& configured) const {
  const auto& before = context.ledger.configuration_of(leader);
  for (const auto voter : configured.configuration.voters - before.voters) {
    const auto* view = context.ledger.progress(leader, voter);
    const auto joined = joined_at(context.ledger.log(leader), voter);
    if (voter == leader || view == nullptr || (joined > core::Index{} && view->match >= joined)) continue;
    const auto who = checkers::name(voter);
    const bool learnt = joined > core::Index{};
    context.violated(
        *this,
        fmt::format("{} is to vote once it has learnt the log{}", who,
                    learnt ? fmt::format(", up to index {} at least, where it joined", joined.value) : ""),
        learnt ? fmt::format("{} appended {} at index {}, and knows of {} that it has the log up to {}",
                             checkers::name(leader), in_words(configured.configuration), configured.index.value, who,
                             view->match.value)
               : fmt::format("{} appended {} at index {}, where {} was no learner before", checkers::name(leader),
                             in_words(configured.configuration), configured.index.value, who));
    return;
  }
}

// The index since which `server` has continuously been a member, according to the configurations before the last entry
// of `log`; 0 if it is not a member.
core::Index ConfigurationSafety::joined_at(const LogModel& log, core::ServerId server) const {
  core::Index joined;
  core::Index before = log.last();
  while (true) {
    const Entry* latest = nullptr;
    for (const Entry& entry : entries_) {
      if (entry.index >= before || !is_in(log, entry)) continue;
      if (latest == nullptr || entry.index > latest->index) latest = &entry;
    }
    if (latest == nullptr || !latest->configuration.members().contains(server)) return joined;
    joined = before = latest->index;
  }
}

// --- votes ---

void ConfigurationSafety::observed(const Context& context, core::ServerId server, const core::ReceivedVote& received) {
  judge_if_due(context, server, context.ledger.log(server).last());
  of(server).votes.insert(received.voter);
}

void ConfigurationSafety::observed(const Context& context, core::ServerId server, const core::BecameRole& became) {
  judge_if_due(context, server, context.ledger.log(server).last());
  auto& votes = of(server).votes;
  if (became.role == core::Role::candidate) votes = {};
  if (became.role != core::Role::leader || votes.empty()) return;
  const auto& configuration = context.ledger.configuration_of(server);
  if (configuration.has_quorum(votes)) return;
  context.violated(*this,
                   fmt::format("{} leads term {} by the votes of a quorum of {}", checkers::name(server),
                               became.term.value, in_words(configuration)),
                   fmt::format("it had the votes of {}", in_words(votes)));
}

// The commit of its own removal is the last one that a leader announces.
void ConfigurationSafety::observed(const Context& context, core::ServerId server,
                                   const core::AdvancedCommit& advanced) {
  judge_if_due(context, server, context.ledger.log(server).last());
  const auto& state = context.ledger.of(server);
  const bool removed = !state.configuration.joint() && !state.configuration.voters.contains(server) &&
                       state.configuration_index <= state.commit_index;
  if (state.role != core::Role::leader || !removed) return;
  context.violated(*this,
                   fmt::format("{} leads until its removal, at index {}, is committed", checkers::name(server),
                               state.configuration_index.value),
                   fmt::format("as a leader it went on to commit up to index {}", advanced.index.value));
}

}  // namespace raftsim::checkers
