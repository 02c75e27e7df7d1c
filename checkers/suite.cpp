#include "checkers/suite.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "checkers/apply_in_order.hpp"
#include "checkers/commit_durable_on_quorum.hpp"
#include "checkers/commit_monotonic.hpp"
#include "checkers/configuration_safety.hpp"
#include "checkers/durable_ack.hpp"
#include "checkers/durable_vote.hpp"
#include "checkers/efficiency.hpp"
#include "checkers/election_safety.hpp"
#include "checkers/exactly_once.hpp"
#include "checkers/leader_append_only.hpp"
#include "checkers/leader_completeness.hpp"
#include "checkers/linearizability/linearizability.hpp"
#include "checkers/log_matching.hpp"
#include "checkers/match_truth.hpp"
#include "checkers/no_stale_rewind.hpp"
#include "checkers/progress_due.hpp"
#include "checkers/read_freshness.hpp"
#include "checkers/snapshot_is_prefix.hpp"
#include "checkers/state_machine_safety.hpp"
#include "checkers/vote_once.hpp"
#include "checkers/wording.hpp"

namespace raftsim::checkers {

namespace {

// The suite itself gives the verdicts `assertion`, `server-failed` and `recovery`.
constexpr std::array<std::string_view, 23> names{"election-safety",
                                                 "leader-append-only",
                                                 "log-matching",
                                                 "leader-completeness",
                                                 "state-machine-safety",
                                                 "vote-once",
                                                 "durable-vote",
                                                 "durable-ack",
                                                 "commit-monotonic",
                                                 "commit-durable-on-quorum",
                                                 "configuration-safety",
                                                 "apply-in-order",
                                                 "no-stale-rewind",
                                                 "match-truth",
                                                 "snapshot-is-prefix",
                                                 "exactly-once",
                                                 "read-freshness",
                                                 "linearizability",
                                                 "progress",
                                                 "efficiency",
                                                 "assertion",
                                                 "server-failed",
                                                 "recovery"};

core::Configuration founders_of(const SuiteOptions& options) {
  return options.founders.value_or(core::Configuration::of_voters(core::ServerSet::first(options.servers)));
}

}  // namespace

std::span<const std::string_view> checker_names() { return names; }

Suite::Suite(const SuiteOptions& options)
    : ledger_(options.servers, options.persistence, founders_of(options)),
      spotter_(options.servers),
      without_(options.without) {
  const auto offer = [&](std::unique_ptr<Checker> checker) {
    if (!is_off(checker->name())) checkers_.push_back(std::move(checker));
  };
  const auto servers = options.servers;
  offer(std::make_unique<ElectionSafety>());
  offer(std::make_unique<LeaderAppendOnly>());
  offer(std::make_unique<LogMatching>());
  offer(std::make_unique<LeaderCompleteness>());
  offer(std::make_unique<StateMachineSafety>());
  offer(std::make_unique<VoteOnce>(servers));
  offer(std::make_unique<DurableVote>());
  offer(std::make_unique<DurableAck>(servers));
  offer(std::make_unique<CommitMonotonic>());
  offer(std::make_unique<CommitDurableOnQuorum>());
  offer(std::make_unique<ConfigurationSafety>(servers, founders_of(options), options.learners_first));
  offer(std::make_unique<ApplyInOrder>());
  offer(std::make_unique<NoStaleRewind>(servers));  // before MatchTruth: it tells more about the same step back
  offer(std::make_unique<MatchTruth>());
  offer(std::make_unique<ExactlyOnce>());
  offer(std::make_unique<SnapshotIsPrefix>());
  offer(std::make_unique<ReadFreshness>());
  offer(std::make_unique<Linearizability>());
  if (options.progress) offer(std::make_unique<ProgressDue>(*options.progress));
  if (options.efficiency != EfficiencyBounds{}) offer(std::make_unique<Efficiency>(options.efficiency));
  list_by_interest();
}

Suite::Suite(const Suite& other)
    : ledger_(other.ledger_),
      horizon_(other.horizon_),
      spotter_(other.spotter_),
      verdict_(other.verdict_),
      without_(other.without_) {
  for (const auto& checker : other.checkers_) checkers_.push_back(checker->clone());
  list_by_interest();
}

Suite& Suite::operator=(const Suite& other) {
  Suite copy(other);
  return *this = std::move(copy);
}

bool Suite::is_off(std::string_view checker) const {
  return std::find(without_.begin(), without_.end(), checker) != without_.end();
}

void Suite::list_by_interest() {
  const auto enlist = [](auto& lists, std::uint32_t wanted, Checker* checker) {
    for (std::size_t i = 0; i < lists.size(); ++i) {
      if ((wanted >> i & 1U) != 0) lists[i].push_back(checker);
    }
  };
  for (const auto& checker : checkers_) {
    const auto interest = checker->interest();
    enlist(by_observation_, interest.observations, checker.get());
    enlist(by_sent_, interest.sent, checker.get());
    enlist(by_delivered_, interest.delivered, checker.get());
    if (interest.disks) by_disk_.push_back(checker.get());
    if (interest.crashes) by_crash_.push_back(checker.get());
    if (interest.operations) by_operation_.push_back(checker.get());
    if (interest.run) by_run_.push_back(checker.get());
    if (auto* progress = dynamic_cast<ProgressDue*>(checker.get())) progress_ = progress;
  }
}

void Suite::observed(const Moment& moment, const core::Observation& said) {
  if (verdict_) return;
  if (said.kind == core::ObservationKind::booted) judge_recovery(moment, said);
  const Context context = this->context(moment);
  for (auto* checker : by_observation_[static_cast<std::size_t>(said.kind)]) checker->observed(context, said);
  spotter_.observed(ledger_, said);
  ledger_.take(moment, said);
  if (said.kind == core::ObservationKind::took_snapshot) look_for_horizon();
}

void Suite::look_for_horizon() {
  if (verdict_ || !horizon_.look(ledger_)) return;
  for (const auto& checker : checkers_) checker->forget(ledger_, horizon());
  ledger_.forget(horizon());
}

// A server that comes up from a disk knows what the disk holds, no more and no less.
void Suite::judge_recovery(const Moment& moment, const core::Observation& said) {
  const auto& durable = ledger_.of(said.server).durable;
  const core::HardState recovered{said.term, said.peer};
  const auto snapshot = durable.snapshot().index;
  if (is_off("recovery") ||
      (recovered == durable.hard_state() && said.index == durable.log().last() && said.next == snapshot)) {
    return;
  }
  const auto in_words = [](const core::HardState& hard_state, core::Index last, core::Index through) {
    return fmt::format("term {}, a vote for {} and a log up to index {}{}", hard_state.term.value,
                       name_or_nobody(hard_state.vote), last.value,
                       through == core::Index{} ? "" : fmt::format(" after a snapshot up to index {}", through.value));
  };
  end_with(moment, "recovery", "safety",
           fmt::format("{} comes up with what was durable: {}", name(said.server),
                       in_words(durable.hard_state(), durable.log().last(), snapshot)),
           fmt::format("it came up with {}", in_words(recovered, said.index, said.next)));
}

void Suite::sent(const Moment& moment, const sim::Packet& packet, const core::Message& message) {
  if (verdict_) return;
  const Context context = this->context(moment);
  for (auto* checker : by_sent_[message.body.index()]) checker->sent(context, packet, message);
  spotter_.sent(message);
}

void Suite::delivered(const Moment& moment, const sim::Packet& packet, const core::Message& message) {
  if (verdict_) return;
  const Context context = this->context(moment);
  for (auto* checker : by_delivered_[message.body.index()]) checker->delivered(context, packet, message);
  spotter_.delivered(ledger_, packet, message);
}

void Suite::disk_changed(const Moment& moment, core::ServerId server, const sim::Disk& disk) {
  if (verdict_ || !ledger_.follow_disk(server, disk)) return;
  const Context context = this->context(moment);
  for (auto* checker : by_disk_) checker->disk_changed(context, server);
}

void Suite::crashed(const Moment& moment, core::ServerId server, const sim::Disk* disk) {
  if (verdict_) return;
  spotter_.crashing(ledger_, server);
  ledger_.crash(server, disk);
  spotter_.crashed(ledger_, server);
  const Context context = this->context(moment);
  for (auto* checker : by_crash_) checker->crashed(context, server);
}

void Suite::recovered_torn_tail(const Moment& /*moment*/, core::ServerId /*server*/) {
  spotter_.reach(Situation::torn_tail_recovered);
}

void Suite::assertion_failed(const Moment& moment, core::ServerId server, std::string_view text) {
  if (is_off("assertion")) return;
  end_with(moment, "assertion", "assertion", fmt::format("no assertion fails inside {}", name(server)),
           std::string(text));
}

void Suite::server_failed(const Moment& moment, core::ServerId server, std::string_view text) {
  if (is_off("server-failed")) return;
  end_with(moment, "server-failed", "assertion",
           fmt::format("{} throws nothing and asks for nothing impossible", name(server)), std::string(text));
}

void Suite::recovery_refused(const Moment& moment, core::ServerId server, std::string_view text) {
  if (is_off("recovery")) return;
  end_with(moment, "recovery", "safety",
           fmt::format("{} comes up again: its disk went through nothing but crashes", name(server)),
           fmt::format("it refused: {}", text));
}

void Suite::end_with(const Moment& moment, std::string_view checker, std::string_view property, std::string expected,
                     std::string seen) {
  if (verdict_) return;
  verdict_ = Verdict{std::string(checker), std::move(expected), std::move(seen),
                     moment.event,         moment.now,          std::string(property)};
}

void Suite::happened(const Moment& moment, const RunFact& fact) {
  if (verdict_) return;
  const Context context = this->context(moment);
  for (auto* checker : by_run_) checker->happened(context, fact);
}

void Suite::chaos_ended(const Moment& moment, std::span<const core::ServerId> healed) {
  for (std::uint16_t number = 1; number <= ledger_.size(); ++number) {
    const core::ServerId server{number};
    ledger_.set_healed(server, std::find(healed.begin(), healed.end(), server) != healed.end());
  }
  happened(moment, {.kind = RunFact::Kind::chaos_ended});
}

void Suite::command_submitted(const Moment& moment, CommandId command, bool probe) {
  happened(moment, {RunFact::Kind::command_submitted, command, probe});
}

void Suite::command_retried(const Moment& moment, CommandId command) {
  spotter_.reach(Situation::command_retried);
  happened(moment, {.kind = RunFact::Kind::command_retried, .command = command});
}

void Suite::command_acknowledged(const Moment& moment, CommandId command) {
  happened(moment, {.kind = RunFact::Kind::command_acknowledged, .command = command});
}

void Suite::command_abandoned(const Moment& moment, CommandId command) {
  happened(moment, {.kind = RunFact::Kind::command_abandoned, .command = command});
}

void Suite::operation_invoked(const Moment& moment, std::uint32_t client, std::uint64_t sequence,
                              const core::Operation& asked, bool in_session) {
  operated(moment, {OperationFact::Kind::invoked, client, sequence, &asked, in_session});
}

void Suite::operation_returned(const Moment& moment, std::uint32_t client, std::uint64_t sequence,
                               const core::Answer& answer, core::Index index) {
  operated(moment, {OperationFact::Kind::returned, client, sequence, nullptr, false, &answer, index});
}

void Suite::operation_abandoned(const Moment& moment, std::uint32_t client, std::uint64_t sequence) {
  operated(moment, {OperationFact::Kind::abandoned, client, sequence});
}

void Suite::operation_failed(const Moment& moment, std::uint32_t client, std::uint64_t sequence) {
  operated(moment, {OperationFact::Kind::failed, client, sequence});
}

void Suite::operated(const Moment& moment, const OperationFact& fact) {
  if (verdict_) return;
  const Context context = this->context(moment);
  for (auto* checker : by_operation_) checker->operated(context, fact);
}

void Suite::tick(const Moment& moment) { happened(moment, {.kind = RunFact::Kind::deadline}); }

void Suite::ended(const Moment& moment) { happened(moment, {.kind = RunFact::Kind::ended}); }

sim::Time Suite::next_deadline() const {
  return progress_ == nullptr ? sim::Time::max() : progress_->next_deadline(ledger_);
}

bool Suite::settled() const { return progress_ != nullptr && progress_->settled(ledger_); }

}  // namespace raftsim::checkers
