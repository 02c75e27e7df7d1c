#include "checkers/progress_due.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "checkers/ledger.hpp"
#include "checkers/wording.hpp"

namespace raftsim::checkers {

Interest ProgressDue::interest() const {
  return {
      .observations =
          ObservationKinds::of<core::Booted, core::BecameRole, core::AdoptedTerm, core::Stored, core::AdvancedCommit>(),
      .run = true};
}

Needs ProgressDue::needs() const {
  return {.observations =
              ObservationKinds::of<core::Booted, core::BecameRole, core::AdoptedTerm, core::Appended, core::Truncated,
                                   core::AdvancedCommit, core::Applied, core::Configured, core::InstalledSnapshot>()};
}

// Any of these may be the moment at which a majority has come to follow a leader. The ledger does not know the present
// observation yet; a later one, or the deadline, will show it.
void ProgressDue::observed(const Context& context, core::ServerId /*server*/, const core::Booted& /*booted*/) {
  look_again(context.ledger);
}
void ProgressDue::observed(const Context& context, core::ServerId /*server*/, const core::BecameRole& /*became*/) {
  look_again(context.ledger);
}
void ProgressDue::observed(const Context& context, core::ServerId /*server*/, const core::AdoptedTerm& /*adopted*/) {
  look_again(context.ledger);
}
void ProgressDue::observed(const Context& context, core::ServerId /*server*/, const core::Stored& /*stored*/) {
  look_again(context.ledger);
}

// Whoever commits by a quorum has one, whatever the harness thinks of its links.
void ProgressDue::observed(const Context& context, core::ServerId server, const core::AdvancedCommit& /*advanced*/) {
  if (over_ && context.ledger.of(server).role == core::Role::leader) has_led_ = true;
  look_again(context.ledger);
}

void ProgressDue::look_again(const Ledger& ledger) {
  if (over_ && !has_led_) look_for_leader(ledger);
}

void ProgressDue::look_for_leader(const Ledger& ledger) {
  for (const auto candidate : ledger.servers()) {
    const auto& leader = ledger.of(candidate);
    if (!leader.leads() || !ledger.due().may_lead.contains(candidate)) continue;
    auto followers = ledger.up();
    for (const auto server : ledger.up()) {
      if (ledger.of(server).hard_state.term != leader.hard_state.term) followers.erase(server);
    }
    if (leader.configuration.has_quorum(followers)) has_led_ = true;
  }
}

void ProgressDue::happened(const Context& context, const RunFact& fact) {
  switch (fact.kind) {
    case RunFact::Kind::chaos_ended:
      chaos_ended(context);
      break;
    case RunFact::Kind::command_submitted:
      pending_.push_back({fact.command, context.moment.now, fact.probe || !over_});
      break;
    case RunFact::Kind::command_acknowledged:
    case RunFact::Kind::command_abandoned:
      no_longer_pending(context, fact);
      break;
    case RunFact::Kind::command_retried:
      break;
    case RunFact::Kind::deadline:
    case RunFact::Kind::ended:
      judge(context);
      break;
  }
}

void ProgressDue::chaos_ended(const Context& context) {
  if (context.ledger.due().quorum.empty()) {
    pending_.clear();
    return;
  }
  over_ = true;
  over_at_ = context.moment.now;
  agreed_ = context.ledger.committed_last();
  look_for_leader(context.ledger);
}

void ProgressDue::no_longer_pending(const Context& context, const RunFact& fact) {
  const auto place = std::find_if(pending_.begin(), pending_.end(),
                                  [&](const Pending& pending) { return pending.command == fact.command; });
  if (place == pending_.end()) return;
  if (over_ && place->owed_since_chaos && fact.kind == RunFact::Kind::command_acknowledged) {
    agreed_ = context.ledger.committed_last();
  }
  pending_.erase(place);
}

sim::Time ProgressDue::due(const Pending& pending) const {
  return (pending.owed_since_chaos ? over_at_ : pending.submitted) + bounds_.agreement_within;
}

// Who is not a member of the latest committed configuration owes nothing; and a joint one is on its way to another.
bool ProgressDue::converged(const Ledger& ledger) const {
  const auto& configuration = ledger.committed_configuration();
  if (configuration.joint()) return false;
  for (const auto member : configuration.members()) {
    const auto& server = ledger.of(member);
    if (ledger.due().converges.contains(member) && !(server.up && server.last_applied >= agreed_)) return false;
  }
  return true;
}

bool ProgressDue::settled(const Ledger& ledger) const {
  return over_ && has_led_ && converged(ledger) &&
         std::none_of(pending_.begin(), pending_.end(),
                      [](const Pending& pending) { return pending.owed_since_chaos; });
}

sim::Time ProgressDue::next_deadline(const Ledger& ledger) const {
  auto next = sim::Time::max();
  if (!over_) return next;
  if (!has_led_) next = std::min(next, over_at_ + bounds_.leader_within);
  for (const auto& pending : pending_) next = std::min(next, due(pending));
  if (!converged(ledger)) next = std::min(next, over_at_ + bounds_.convergence_within);
  return next;
}

// Of whom it is due, when it is not due of all.
std::string ProgressDue::whose(const Ledger& ledger) {
  const auto& quorum = ledger.due().quorum;
  return quorum == ledger.servers() ? "" : fmt::format(": due of {}, who reach each other", in_words(quorum));
}

void ProgressDue::judge(const Context& context) {
  if (!over_) return;
  const auto now = context.moment.now;
  if (!has_led_) look_for_leader(context.ledger);
  if (!has_led_ && now >= over_at_ + bounds_.leader_within) {
    late(context,
         fmt::format("a leader that a majority follows within {} of the end of the chaos at {}",
                     seconds(bounds_.leader_within), seconds(over_at_)) +
             whose(context.ledger),
         fmt::format("none by {}", seconds(now)));
    return;
  }
  for (const auto& pending : pending_) {
    if (now < due(pending)) continue;
    late(context,
         pending.owed_since_chaos
             ? fmt::format("agreement on every pending command within {} of the end of the chaos at {}",
                           seconds(bounds_.agreement_within), seconds(over_at_)) +
                   whose(context.ledger)
             : fmt::format("agreement on a command within {}", seconds(bounds_.agreement_within)),
         fmt::format("command {}, submitted at {}, is not acknowledged by {}; {} pending",
                     core::describe(pending.command), seconds(pending.submitted), seconds(now), pending_.size()),
         {pending.command});
    return;
  }
  if (now >= over_at_ + bounds_.convergence_within && !converged(context.ledger)) {
    late(context,
         fmt::format("every member that leaders reach has applied index {} within {} of the end of the chaos at {}",
                     agreed_.value, seconds(bounds_.convergence_within), seconds(over_at_)) +
             whose(context.ledger),
         context.ledger.committed_configuration().joint()
             ? fmt::format("the joint configuration {} is in force at {}",
                           in_words(context.ledger.committed_configuration()), seconds(now))
             : fmt::format("not all have by {}", seconds(now)));
  }
}

void ProgressDue::late(const Context& context, std::string expected, std::string seen,
                       std::vector<CommandId> commands) const {
  context.violated(*this, std::move(expected), fmt::format("{}: {}", seen, state_of_all(context.ledger)),
                   std::move(commands));
}

}  // namespace raftsim::checkers
