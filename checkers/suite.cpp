#include "checkers/suite.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <concepts>
#include <limits>
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

// The suite itself issues the last four verdicts.
constexpr std::array<std::string_view, 24> names{"election-safety",
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
                                                 "recovery",
                                                 "assertion",
                                                 "server-failed",
                                                 "script"};

// A server that restarts from a disk has the state on it.
constexpr Needs recovery_needs{.observations = ObservationKinds::of<core::Booted>(), .disk = true};

core::Configuration founders_of(const SuiteOptions& options) {
  return options.founders.value_or(core::Configuration::of_voters(core::ServerSet::first(options.servers)));
}

// Memory that survives everything counts as a readable disk.
Capabilities capabilities_of(const SuiteOptions& options) {
  Capabilities result = options.capabilities;
  result.disk = options.memory_survives || (result.disk && options.disks != nullptr);
  return result;
}

// If no disk can be read, the servers' reports are trusted, as for servers that need no disk.
const DurableReader* followed_disks(const SuiteOptions& options) {
  return options.capabilities.disk && !options.memory_survives ? options.disks.get() : nullptr;
}

// All checkers that these options require, in the order of `names`.
std::vector<std::unique_ptr<Checker>> checkers_for(const SuiteOptions& options) {
  std::vector<std::unique_ptr<Checker>> result;
  const auto servers = options.servers;
  result.push_back(std::make_unique<ElectionSafety>());
  result.push_back(std::make_unique<LeaderAppendOnly>());
  result.push_back(std::make_unique<LogMatching>());
  result.push_back(std::make_unique<LeaderCompleteness>());
  result.push_back(std::make_unique<StateMachineSafety>());
  result.push_back(std::make_unique<VoteOnce>(servers));
  result.push_back(std::make_unique<DurableVote>());
  result.push_back(std::make_unique<DurableAck>(servers));
  result.push_back(std::make_unique<CommitMonotonic>());
  result.push_back(std::make_unique<CommitDurableOnQuorum>());
  result.push_back(std::make_unique<ConfigurationSafety>(servers, founders_of(options), options.learners_first));
  result.push_back(std::make_unique<ApplyInOrder>());
  result.push_back(std::make_unique<NoStaleRewind>(servers));  // before MatchTruth: it says more about the same step
  result.push_back(std::make_unique<MatchTruth>());
  result.push_back(std::make_unique<SnapshotIsPrefix>());
  result.push_back(std::make_unique<ExactlyOnce>());
  result.push_back(std::make_unique<ReadFreshness>());
  result.push_back(std::make_unique<Linearizability>());
  if (options.progress) result.push_back(std::make_unique<ProgressDue>(*options.progress));
  if (options.efficiency != EfficiencyBounds{}) result.push_back(std::make_unique<Efficiency>(options.efficiency));
  return result;
}

}  // namespace

std::span<const std::string_view> checker_names() { return names; }

std::vector<CheckerNeeds> checker_needs() {
  SuiteOptions options;
  options.learners_first = true;
  options.progress.emplace();
  options.efficiency = {.messages_per_entry = 1, .bytes_per_entry = 1, .backup_rounds = 1};
  std::vector<CheckerNeeds> result;
  for (const auto& checker : checkers_for(options)) {
    // A checker's name is a string literal.
    result.push_back({checker->name(), checker->needs(), checker->parts(), checker->interest().observations});
  }
  result.push_back({"recovery", recovery_needs, {}, recovery_needs.observations});
  result.push_back({"assertion", {}, {}, {}});
  result.push_back({"server-failed", {}, {}, {}});
  result.push_back({"script", {}, {}, {}});
  return result;
}

Suite::Suite(const SuiteOptions& options)
    : ledger_(options.servers, followed_disks(options), founders_of(options)),
      spotter_(options.servers),
      without_(options.without),
      judge_(options.judge) {
  if (!judge_) return;
  const auto capabilities = capabilities_of(options);
  for (auto& checker : checkers_for(options)) offer(std::move(checker), capabilities);
  judges_recovery_ = !is_off("recovery") && offered("recovery", {}, recovery_needs, capabilities);
  note_interest();
  find_progress();
}

void Suite::offer(std::unique_ptr<Checker> checker, const Capabilities& capabilities) {
  const auto name = checker->name();
  if (is_off(name) || !offered(name, {}, checker->needs(), capabilities)) return;
  for (const Part& part : checker->parts()) offered(name, part.name, part.needs, capabilities);
  checkers_.push_back(std::move(checker));
}

bool Suite::offered(std::string_view checker, std::string_view part, const Needs& needs,
                    const Capabilities& capabilities) {
  if (is_met(needs, capabilities)) return true;
  not_judged_.push_back({part.empty() ? std::string(checker) : fmt::format("{}.{}", checker, part),
                         what_is_missing(needs, capabilities)});
  return false;
}

Suite::Suite(const Suite& other)
    : ledger_(other.ledger_),
      horizon_(other.horizon_),
      spotter_(other.spotter_),
      verdict_(other.verdict_),
      without_(other.without_),
      not_judged_(other.not_judged_),
      broken_promises_(other.broken_promises_),
      judge_(other.judge_),
      judges_recovery_(other.judges_recovery_),
      interested_(other.interested_) {
  checkers_.reserve(other.checkers_.size());
  for (const auto& checker : other.checkers_) checkers_.push_back(checker->clone());
  find_progress();
}

Suite& Suite::operator=(const Suite& other) {
  Suite copy(other);
  return *this = std::move(copy);
}

bool Suite::is_off(std::string_view checker) const {
  return std::find(without_.begin(), without_.end(), checker) != without_.end();
}

void Suite::note_interest() {
  static_assert(names.size() <= std::numeric_limits<Interested::Places>::digits, "a bit for each checker");
  for (std::size_t place = 0; place < checkers_.size(); ++place) {
    const auto interest = checkers_[place]->interest();
    const auto note = [bit = std::uint32_t{1} << place](std::uint32_t& places, bool is_wanted) {
      if (is_wanted) places |= bit;
    };
    for (std::size_t i = 0; i < core::observation_kind_count; ++i) {
      note(interested_.in_observation[i], interest.observations.contains(static_cast<core::ObservationKind>(i)));
    }
    for (std::size_t i = 0; i < Interested::bodies; ++i) {
      note(interested_.in_sent[i], (interest.sent >> i & 1U) != 0);
      note(interested_.in_delivered[i], (interest.delivered >> i & 1U) != 0);
    }
    note(interested_.in_disks, interest.disks);
    note(interested_.in_crashes, interest.crashes);
    note(interested_.in_operations, interest.operations);
    note(interested_.in_run, interest.run);
  }
}

void Suite::find_progress() {
  for (const auto& checker : checkers_) {
    if (auto* progress = dynamic_cast<ProgressDue*>(checker.get())) progress_ = progress;
  }
}

void Suite::begins(std::span<const Beginning> servers) {
  ledger_.begin(servers);
  if (is_over()) return;
  const Context context = this->context({});
  for (const auto server : ledger_.servers()) {
    for (const auto& checker : checkers_) checker->begins(context, server, servers[server.value - 1U]);
  }
}

void Suite::observed(const Moment& moment, const core::Observation& said) {
  std::visit([&](const auto& what) { observed(moment, said.server, said.reason, what); }, said.what);
}

template <core::IsObserved What>
void Suite::observed(const Moment& moment, core::ServerId server, core::Reason reason, const What& what) {
  if (is_over()) {
    ledger_.take_standing(server, what);
    return;
  }
  if constexpr (std::same_as<What, core::Booted>) judge_recovery(moment, server, what);
  const Context context = this->context(moment, reason);
  constexpr auto kind = static_cast<std::size_t>(core::observation_kind<What>);
  each_of(interested_.in_observation[kind], [&](Checker& checker) { checker.observed(context, server, what); });
  spotter_.observed(ledger_, server, reason, what);
  ledger_.take(moment, server, what);
  if constexpr (std::same_as<What, core::TookSnapshot>) look_for_horizon();
}

void Suite::look_for_horizon() {
  if (verdict_ || !horizon_.look(ledger_)) return;
  for (const auto& checker : checkers_) checker->forget(ledger_, horizon());
  ledger_.forget(horizon());
}

// A server that restarts from a disk has exactly the state on it.
void Suite::judge_recovery(const Moment& moment, core::ServerId server, const core::Booted& booted) {
  if (!judges_recovery_) return;
  const auto& durable = ledger_.durable(server);
  const core::HardState recovered{booted.term, booted.vote};
  const auto snapshot = durable.snapshot().index;
  if (recovered == durable.hard_state() && booted.last == durable.log().last() && booted.snapshot == snapshot) return;
  const auto in_words = [](const core::HardState& hard_state, core::Index last, core::Index through) {
    return fmt::format("term {}, a vote for {} and a log up to index {}{}", hard_state.term.value,
                       name_or_nobody(hard_state.vote), last.value,
                       through == core::Index{} ? "" : fmt::format(" after a snapshot up to index {}", through.value));
  };
  end_with(moment, "recovery", "safety",
           fmt::format("{} comes up with what was durable: {}", name(server),
                       in_words(durable.hard_state(), durable.log().last(), snapshot)),
           fmt::format("it came up with {}", in_words(recovered, booted.last, booted.snapshot)));
}

void Suite::sent(const Moment& moment, const sim::Packet& packet, const core::Message& message) {
  if (is_over()) return;
  const Context context = this->context(moment);
  each_of(interested_.in_sent[message.body.index()], [&](Checker& checker) { checker.sent(context, packet, message); });
  spotter_.sent(message);
}

void Suite::delivered(const Moment& moment, const sim::Packet& packet, const core::Message& message) {
  if (is_over()) return;
  const Context context = this->context(moment);
  each_of(interested_.in_delivered[message.body.index()],
          [&](Checker& checker) { checker.delivered(context, packet, message); });
  spotter_.delivered(ledger_, packet, message);
}

void Suite::disk_changed(const Moment& moment, core::ServerId server, const sim::Disk& disk) {
  if (is_over() || !ledger_.follow_disk(server, disk)) return;
  const Context context = this->context(moment);
  each_of(interested_.in_disks, [&](Checker& checker) { checker.disk_changed(context, server); });
}

void Suite::crashed(const Moment& moment, core::ServerId server, const sim::Disk* disk) {
  if (is_over()) {
    ledger_.crash(server, nullptr);
    return;
  }
  spotter_.crashing(ledger_, server);
  ledger_.crash(server, disk != nullptr && broken_promises_.look(server, *disk) ? nullptr : disk);
  spotter_.crashed(ledger_, server);
  const Context context = this->context(moment);
  each_of(interested_.in_crashes, [&](Checker& checker) { checker.crashed(context, server); });
}

void Suite::disk_replaced(core::ServerId server, const sim::Disk& disk) { broken_promises_.look(server, disk); }

// What a disk has lost counts from the moment at which a server goes on without it. One that stays down has promised what
// it has promised: nobody can elect a leader with its help.
void Suite::came_up(const Moment& moment, core::ServerId server, const sim::Disk& disk) {
  if (is_over() || !broken_promises_.take(server)) return;
  const auto promised = promise_of(ledger_.durable(server));
  ledger_.follow_disk(server, disk);
  if (auto lost = what_is_lost(promised, ledger_.durable(server))) {
    ledger_.set_beyond_model(fmt::format("the disk of {} lost what it had promised to keep, {} (event {})",
                                         name(server), *lost, moment.event));
  }
}

void Suite::halted(const Moment& /*moment*/, core::ServerId /*server*/, bool refused) {
  spotter_.reach(refused ? Situation::damage_refused : Situation::halted_by_disk);
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

void Suite::script_missed(const Moment& moment, std::string expected, std::string seen) {
  if (is_off("script")) return;
  end_with(moment, "script", "script", std::move(expected), fmt::format("{}; {}", seen, state_of_all(ledger_)));
}

void Suite::recovery_refused(const Moment& moment, core::ServerId server, std::string_view text) {
  if (is_off("recovery")) return;
  end_with(moment, "recovery", "safety",
           fmt::format("{} comes up again: its disk went through nothing but crashes", name(server)),
           fmt::format("it refused: {}", text));
}

void Suite::end_with(const Moment& moment, std::string_view checker, std::string_view property, std::string expected,
                     std::string seen) {
  if (is_over()) return;
  verdict_ = Verdict{std::string(checker), std::move(expected), with_label(ledger_, std::move(seen)),
                     moment.event,         moment.now,          std::string(property)};
}

void Suite::happened(const Moment& moment, const RunFact& fact) {
  if (is_over()) return;
  const Context context = this->context(moment);
  each_of(interested_.in_run, [&](Checker& checker) { checker.happened(context, fact); });
}

void Suite::chaos_ended(const Moment& moment, Reach reach, const Due& due) {
  change_due(std::move(reach), due);
  happened(moment, {.kind = RunFact::Kind::chaos_ended});
}

void Suite::change_due(Reach reach, const Due& due) {
  ledger_.end_chaos(std::move(reach), due);
  if (due.quorum.empty() && progress_ != nullptr) {
    not_judged_.push_back(
        {std::string(progress_->name()), "after the chaos no quorum of servers can reach each other"});
  }
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
  if (is_over()) return;
  const Context context = this->context(moment);
  each_of(interested_.in_operations, [&](Checker& checker) { checker.operated(context, fact); });
}

void Suite::tick(const Moment& moment) { happened(moment, {.kind = RunFact::Kind::deadline}); }

void Suite::ended(const Moment& moment) { happened(moment, {.kind = RunFact::Kind::ended}); }

sim::Time Suite::next_deadline() const {
  return progress_ == nullptr ? sim::Time::max() : progress_->next_deadline(ledger_);
}

bool Suite::settled() const { return progress_ != nullptr && progress_->settled(ledger_); }

}  // namespace raftsim::checkers
