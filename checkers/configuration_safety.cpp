#include "checkers/configuration_safety.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "checkers/horizon.hpp"
#include "checkers/ledger.hpp"
#include "checkers/wording.hpp"

namespace raftsim::checkers {

using core::Configuration;
using Kind = core::ObservationKind;

ConfigurationSafety::ConfigurationSafety(std::size_t servers, const Configuration& founders, bool learners_first)
    : founders_(founders), learners_first_(learners_first), servers_(servers) {}

Interest ConfigurationSafety::interest() const {
  return {.observations = Interest::in(Kind::booted, Kind::became, Kind::received_vote, Kind::truncated,
                                       Kind::advanced_commit, Kind::configured, Kind::installed_snapshot)};
}

void ConfigurationSafety::observed(const Context& context, const core::Observation& said) {
  auto& server = servers_[said.server.value - 1U];
  const bool configured_anew = said.kind == Kind::configured && said.reason == core::Reason::configuration_appended;
  const bool says_so = said.kind == Kind::configured && !configured_anew;
  if (server.due && !says_so && said.kind != Kind::booted) {
    // An entry that brings another configuration is in the log by the time that this is said of it.
    const auto last = context.ledger.of(said.server).log.last();
    compare(context, said.server, context.ledger.configuration_of(said.server),
            configured_anew ? said.index.previous() : last);
  }
  server.due = false;
  switch (said.kind) {
    case Kind::configured:
      configured(context, said);
      break;
    case Kind::truncated:
      server.due = said.index <= context.ledger.of(said.server).configuration_index;
      break;
    case Kind::booted:
      server.begins_with_snapshot = said.next > core::Index{};
      break;
    case Kind::installed_snapshot:
      server.due = true;
      server.begins_with_snapshot = true;
      break;
    case Kind::became:
      became(context, said);
      break;
    case Kind::advanced_commit:
      committed(context, said);
      break;
    case Kind::received_vote:
      server.votes.insert(said.peer);
      break;
    default:
      break;
  }
}

// --- what is in force ---

void ConfigurationSafety::configured(const Context& context, const core::Observation& said) {
  const auto& log = context.ledger.of(said.server).log;
  if (said.reason == core::Reason::configuration_appended) {
    if (said.index != log.last()) {
      context.violated(*this,
                       fmt::format("{} goes by the configuration of index {} from the moment it is appended",
                                   checkers::name(said.server), said.index.value),
                       fmt::format("it went by it when its log ended at index {} already", log.last().value));
      return;
    }
    learn(log, said);
    if (context.ledger.of(said.server).role == core::Role::leader) appended(context, said);
  } else {
    compare(context, said.server, said.configuration, log.last());
  }
}

void ConfigurationSafety::learn(const LogModel& log, const core::Observation& said) {
  const auto chain = log.chain_at(said.index);
  const auto known = std::any_of(entries_.rbegin(), entries_.rend(),
                                 [&](const Entry& entry) { return entry.index == said.index && entry.chain == chain; });
  if (!known) entries_.push_back({said.index, chain, said.configuration});
}

bool ConfigurationSafety::is_in(const LogModel& log, const Entry& entry) const {
  if (entry.index == everywhere_) return true;
  return log.has(entry.index) && log.chain_at(entry.index) == entry.chain;
}

// Of those behind the horizon the latest that was committed is enough.
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
  const auto expected = latest_in(context.ledger.of(server).log, last, server);
  if (in_force == expected) return;
  context.violated(
      *this,
      fmt::format("{} goes by the latest configuration in its log: {}", checkers::name(server), in_words(expected)),
      fmt::format("it goes by {}", in_words(in_force)));
}

// --- how it changes ---

namespace {

std::size_t differing(const core::ServerSet& a, const core::ServerSet& b) { return ((a - b) | (b - a)).size(); }

// Whether every majority of the one overlaps every majority of the next.
bool may_follow(const Configuration& before, const Configuration& next) {
  if (next.voters.empty()) return false;
  if (before.joint()) return !next.joint() && next.voters == before.voters;
  return next.joint() ? next.outgoing == before.voters : differing(before.voters, next.voters) <= 1;
}

}  // namespace

void ConfigurationSafety::appended(const Context& context, const core::Observation& said) const {
  const auto& leader = context.ledger.of(said.server);
  const auto who = checkers::name(said.server);
  if (leader.configuration_index > leader.commit_index) {
    context.violated(*this,
                     fmt::format("{} changes the configuration once the last one, of index {}, is committed", who,
                                 leader.configuration_index.value),
                     fmt::format("it appended another at index {}, with commit index {}", said.index.value,
                                 leader.commit_index.value));
    return;
  }
  const auto term = leader.hard_state.term;
  if (leader.log.has(leader.commit_index) && leader.log.term_at(leader.commit_index) != term) {
    context.violated(
        *this,
        fmt::format("{} changes the configuration once an entry of its own term {} is committed", who, term.value),
        fmt::format("it appended one at index {}; what it knows to be committed, up to index {}, is of term {}",
                    said.index.value, leader.commit_index.value, leader.log.term_at(leader.commit_index).value));
    return;
  }
  if (may_follow(leader.configuration, said.configuration)) {
    if (learners_first_) judge_new_voters(context, said);
    return;
  }
  context.violated(*this,
                   fmt::format("{} changes {} by one voter at most, or through a joint configuration, which it leaves "
                               "for its own new one",
                               who, in_words(leader.configuration)),
                   fmt::format("at index {} it appended {}", said.index.value, in_words(said.configuration)));
}

// The leader waits for a whole round, and a round brings what its log held when it began, which is after the learner
// joined. A voter that has less may keep the cluster from committing anything for as long as the log is long.
void ConfigurationSafety::judge_new_voters(const Context& context, const core::Observation& said) const {
  const auto& leader = context.ledger.of(said.server);
  for (const auto server : said.configuration.voters - leader.configuration.voters) {
    const auto* view = context.ledger.progress(said.server, server);
    const auto joined = joined_at(leader.log, server);
    if (server == said.server || view == nullptr || (joined > core::Index{} && view->match >= joined)) continue;
    const auto who = checkers::name(server);
    const bool learnt = joined > core::Index{};
    context.violated(
        *this,
        fmt::format("{} is to vote once it has learnt the log{}", who,
                    learnt ? fmt::format(", up to index {} at least, where it joined", joined.value) : ""),
        learnt ? fmt::format("{} appended {} at index {}, and knows of {} that it has the log up to {}",
                             checkers::name(said.server), in_words(said.configuration), said.index.value, who,
                             view->match.value)
               : fmt::format("{} appended {} at index {}, where {} was no learner before", checkers::name(said.server),
                             in_words(said.configuration), said.index.value, who));
    return;
  }
}

// Since when `server` has been a member without a break, by the configurations before the last entry of `log`; 0 when
// it is none.
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

// --- who votes ---

void ConfigurationSafety::became(const Context& context, const core::Observation& said) {
  auto& votes = servers_[said.server.value - 1U].votes;
  if (said.role == core::Role::candidate) votes = {};
  if (said.role != core::Role::leader || votes.empty()) return;
  const auto& configuration = context.ledger.configuration_of(said.server);
  if (configuration.has_quorum(votes)) return;
  context.violated(*this,
                   fmt::format("{} leads term {} by the votes of a quorum of {}", checkers::name(said.server),
                               said.term.value, in_words(configuration)),
                   fmt::format("it had the votes of {}", in_words(votes)));
}

// The commit of its removal is the last that it announces as a leader.
void ConfigurationSafety::committed(const Context& context, const core::Observation& said) const {
  const auto& server = context.ledger.of(said.server);
  const bool removed = !server.configuration.joint() && !server.configuration.voters.contains(said.server) &&
                       server.configuration_index <= server.commit_index;
  if (server.role != core::Role::leader || !removed) return;
  context.violated(*this,
                   fmt::format("{} leads until its removal, at index {}, is committed", checkers::name(said.server),
                               server.configuration_index.value),
                   fmt::format("as a leader it went on to commit up to index {}", said.index.value));
}

}  // namespace raftsim::checkers
