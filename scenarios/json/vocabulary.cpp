#include "scenarios/json/vocabulary.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "scenarios/json/faults.hpp"
#include "scenarios/json/script.hpp"

namespace raftsim::scenarios::json {

namespace {

using namespace std::chrono_literals;

constexpr std::array<Named<core::SendOn>, 2> send_on_names{
    {{"progress", core::SendOn::progress}, {"every-reply", core::SendOn::every_reply}}};
constexpr std::array<Named<core::Backtracking>, 2> backtracking_names{
    {{"conflict-term", core::Backtracking::conflict_term}, {"decrement", core::Backtracking::decrement}}};
constexpr std::array<Named<core::PersistenceMode>, 3> persistence_names{{{"none", core::PersistenceMode::none},
                                                                         {"append", core::PersistenceMode::append},
                                                                         {"rewrite", core::PersistenceMode::rewrite}}};

constexpr std::array<Named<Workload::Retries>, 3> retries_names{
    {{"turns", Workload::Retries::turns}, {"hints", Workload::Retries::hints}, {"never", Workload::Retries::never}}};
constexpr std::array<Named<sim::Transport>, 2> transport_names{
    {{"datagram", sim::Transport::datagram}, {"stream", sim::Transport::stream}}};

constexpr std::uint64_t heaviest = 1'000'000;  // of a weight

void require_above_zero(Fields& fields, std::string_view key, sim::Duration value) {
  fields.require(value > 0ms, key, "a duration above 0ms");
}

// How often one of several things is chosen, relative to the others.
struct Weight {
  std::string_view key;
  std::uint32_t& value;
};

// An object of weights. Once it gives one, what it leaves out is 0: {"get": 1} is gets and nothing else. An empty one is
// as good as none and keeps the defaults.
void describe_weights(Fields& fields, std::initializer_list<Weight> weights, std::string_view or_else) {
  const bool given = fields.has_keys();
  std::uint64_t sum = 0;
  for (const Weight& weight : weights) {
    if (given) weight.value = 0;
    fields(weight.key, Count{weight.value, 0, heaviest});
    sum += weight.value;
  }
  fields.require(sum > 0, "", "a weight above 0 (what is left out is 0), or " + std::string(or_else));
}

// Whether each batch of the log begins in a sector of its own. Where a crash may leave garbage in a sector it has to,
// so that is what happens when a file does not say.
struct Alignment {
  bool wanted = false;
  bool said = false;
};

void describe(Fields& fields, core::PersistenceOptions& persistence, bool& blocking, Alignment& alignment) {
  fields("mode", Choice{persistence.mode, persistence_names});
  fields("segment_bytes", Size{persistence.segment_bytes, 256});
  alignment.said = fields("align_to_sectors", alignment.wanted);
  fields("blocking", blocking);
}

void describe(Fields& fields, core::Options& raft) {
  fields("heartbeat", raft.heartbeat_interval);
  fields("election_timeout", Between{raft.election_timeout_min, raft.election_timeout_max});
  fields("vote_retry", raft.vote_retry);
  fields("pre_vote", raft.pre_vote);
  fields("check_quorum", raft.check_quorum);
  fields("leader_stickiness", raft.leader_stickiness);
  fields("backtracking", Choice{raft.backtracking, backtracking_names});
  fields("stale_ack_guard", raft.stale_ack_guard);
  fields("send_on", Choice{raft.send_on, send_on_names});
  fields("max_inflight_messages", Count{raft.max_inflight_messages, 1});
  fields("max_inflight_bytes", Size{raft.max_inflight_bytes, 1});
  fields("max_entries_per_message", Count{raft.max_entries_per_message, 1});
  fields("max_bytes_per_message", Size{raft.max_bytes_per_message, 1});
  fields("resend_after", raft.resend_after);
  fields("max_uncommitted_bytes", Size{raft.max_uncommitted_bytes, 0});
  fields("transfer_timeout", raft.transfer_timeout);
  fields("learners_first", raft.learners_first);
  fields("lease_reads", raft.lease_reads);
  fields("max_clock_drift_permille", Count{raft.max_clock_drift_permille, 0, 900});
  fields("max_waiting_reads", Count{raft.max_waiting_reads, 1});
  fields("mutations", Planted{raft.mutations});
  require_above_zero(fields, "transfer_timeout", raft.transfer_timeout);
  fields.require(!raft.lease_reads || (raft.check_quorum && raft.leader_stickiness), "lease_reads",
                 "check_quorum and leader_stickiness with it: a lease rests on voters that stick to their leader");
  require_above_zero(fields, "heartbeat", raft.heartbeat_interval);
  require_above_zero(fields, "resend_after", raft.resend_after);
  fields.require(raft.heartbeat_interval < raft.election_timeout_min, "election_timeout",
                 "more than the heartbeat, or followers time out between two of them");
}

// How much a server keeps in its log, and how it sends what it no longer keeps.
void describe_snapshots(Fields& fields, Scenario& scenario) {
  fields("every_entries", Count{scenario.snapshot_every_entries, 0});
  fields("every_bytes", Size{scenario.snapshot_every_bytes, 0});
  fields("chunk_bytes", Size{scenario.raft.snapshot_chunk_bytes, 1});
  fields("trailing_entries", Count{scenario.raft.trailing_entries, 0});
}

void describe(Fields& fields, sim::LinkSettings& link) {
  fields("delay", Durations{link.delay, false});
  fields("loss", link.loss);
  fields("duplicate", link.duplicate);
  fields("duplicate_delay", Durations{link.duplicate_delay});
  fields("reorder", link.reorder);
  fields("reorder_delay", Durations{link.reorder_delay});
  fields("bandwidth", Bandwidth{link.bytes_per_second});
  fields("queue", link.queue);
  fields("in_order", link.in_order);
  fields.if_given("extra", !link.extra.parts.empty(), Durations{link.extra});
  fields("transport", Choice{link.transport, transport_names});
  fields.object("stream", [&](Fields& inner) {
    inner("retransmit_after", link.stream.retransmit_after);
    inner("longest_wait", link.stream.longest_wait);
    inner("timeout", link.stream.timeout);
    inner("buffer", Size{link.stream.buffer, 1});
    require_above_zero(inner, "retransmit_after", link.stream.retransmit_after);
    inner.require(link.stream.longest_wait >= link.stream.retransmit_after, "longest_wait",
                  "no less than retransmit_after, which it bounds");
    inner.require(link.stream.timeout >= link.stream.retransmit_after, "timeout",
                  "no less than retransmit_after, or a connection is reset by its first loss");
  });
}

void describe(Fields& fields, sim::NetworkSettings& network, sim::LinkSettings& clients, std::uint32_t servers) {
  fields.object("links", [&](Fields& inner) { describe(inner, network.links); });
  const sim::NetworkSettings::Override like_the_others{std::nullopt, std::nullopt, network.links};
  fields.list("overrides", network.overrides, like_the_others, [&](Fields& inner, sim::NetworkSettings::Override& one) {
    inner("from", HostName{one.from, servers});
    inner("to", HostName{one.to, servers});
    describe(inner, one.settings);
  });
  fields.object("clients", [&](Fields& inner) { describe(inner, clients); });
}

void describe(Fields& fields, sim::DiskSettings& disk) {
  fields("latency", Durations{disk.latency});
  fields("fsync", Durations{disk.fsync_latency});
  fields("bandwidth", Bandwidth{disk.bytes_per_second});
  fields("sector_bytes", Count{disk.sector_bytes, 16, 65536});
  fields.require(disk.sector_bytes % 8 == 0, "sector_bytes", "a multiple of 8");
  fields.object("crash", [&](Fields& inner) {
    describe_weights(inner,
                     {{"old", disk.weight_old},
                      {"new", disk.weight_new},
                      {"torn", disk.weight_torn},
                      {"garbage", disk.weight_garbage}},
                     "a crash has nothing to make of a sector");
  });
}

void describe(Fields& fields, Clocks& clocks) {
  const bool in_ppm =
      fields.if_given("drift_ppm", clocks.drift(), Drift{clocks.min_drift, clocks.max_drift, -500'000, 500'000});
  sim::ClockDrift least = 0;
  sim::ClockDrift most = 0;
  // Read for the sake of files that have it; what is written is the other.
  if (fields.if_given("drift_permille", false, Drift{least, most, -500, 500, "thousandths"})) {
    fields.require(!in_ppm, "", "one of drift_ppm and drift_permille", "both");
    clocks.min_drift = least * 1000;
    clocks.max_drift = most * 1000;
  }
  fields.if_given("timer_jitter", !clocks.timer_jitter.parts.empty(), Durations{clocks.timer_jitter});
}

void describe(Fields& fields, Processors& processors) {
  fields.if_given("per_message", !processors.per_message.parts.empty(), Durations{processors.per_message});
}

void describe(Fields& fields, Administration& administration, std::uint32_t servers) {
  fields("every", Durations{administration.every, false});
  fields("least_voters", Count{administration.least_voters, 1, servers});
  fields("most_voters", Count{administration.most_voters, administration.least_voters, servers});
  fields("jumps_percent", Count{administration.jumps_percent, 0, 100});
  fields("transfers_percent", Count{administration.transfers_percent, 0, 100});
  fields("replacements_percent", Count{administration.replacements_percent, 0, 100});
  fields("request_timeout", administration.request_timeout);
  fields("retry_pause", administration.retry_pause);
  fields("patience", administration.patience);
  const auto percent =
      administration.jumps_percent + administration.transfers_percent + administration.replacements_percent;
  fields.require(percent <= 100, "", "jumps, transfers and replacements that are no more than 100 percent together");
  require_above_zero(fields, "request_timeout", administration.request_timeout);
  require_above_zero(fields, "retry_pause", administration.retry_pause);
  require_above_zero(fields, "patience", administration.patience);
}

void describe(Fields& fields, Workload::Operations& weights) {
  describe_weights(fields,
                   {{"get", weights.get},
                    {"put", weights.put},
                    {"append", weights.append},
                    {"compare_and_set", weights.compare_and_set},
                    {"erase", weights.erase}},
                   "clients have nothing to do");
}

void describe(Fields& fields, Workload::Reads& weights) {
  describe_weights(
      fields,
      {{"log", weights.log}, {"leader", weights.leader}, {"follower", weights.follower}, {"lease", weights.lease}},
      "gets have no way to be answered");
}

void describe(Fields& fields, Workload& workload) {
  fields("clients", Count{workload.clients, 0, 1000});
  fields("think_time", Durations{workload.think_time});
  fields("payload_bytes", Sizes{workload.payload_bytes, least_value_bytes});
  fields("request_timeout", workload.request_timeout);
  fields("retry_pause", workload.retry_pause);
  fields("keys", Count{workload.keys, 1, 100'000});
  fields("hot_keys", Count{workload.hot_keys, 0, workload.keys - 1});
  fields("hot_share", workload.hot_share);
  fields("open_loop", workload.open_loop);
  fields("retries", Choice{workload.retries, retries_names});
  fields.object("operations", [&](Fields& inner) { describe(inner, workload.operations); });
  fields.object("reads", [&](Fields& inner) { describe(inner, workload.reads); });
  fields("sessions", workload.sessions);
  fields("session_timeout", workload.session_limits.timeout);
  fields("max_sessions", Count{workload.session_limits.count, 1});
  require_above_zero(fields, "session_timeout", workload.session_limits.timeout);
  require_above_zero(fields, "request_timeout", workload.request_timeout);
  require_above_zero(fields, "retry_pause", workload.retry_pause);
}

void describe(Fields& fields, checkers::ProgressBounds& progress) {
  fields("leader_within", progress.leader_within);
  fields("agreement_within", progress.agreement_within);
  fields("convergence_within", progress.convergence_within);
  require_above_zero(fields, "leader_within", progress.leader_within);
  require_above_zero(fields, "agreement_within", progress.agreement_within);
  require_above_zero(fields, "convergence_within", progress.convergence_within);
}

void describe(Fields& fields, checkers::EfficiencyBounds& limits) {
  fields("messages_per_entry", Count{limits.messages_per_entry});
  fields("bytes_per_entry", Size{limits.bytes_per_entry});
  fields("backup_rounds", Count{limits.backup_rounds});
}

void describe(Fields& fields, Switch& question) {
  fields.required("name", Word{question.name}, "what to call it");
  fields("why", Prose{question.why});
  fields.required("path", Prose{question.path}, "what it sets");
  fields.required("values", Settings{question.values}, "what it sets it to, the scenario's own first");
}

template <class Item>
void require_distinct_names(Fields& fields, std::string_view key, const std::vector<Item>& items) {
  for (auto item = items.begin(); item != items.end(); ++item) {
    const bool seen = std::any_of(items.begin(), item, [&](const Item& other) { return other.name == item->name; });
    fields.require(!seen, key, "each name once", "\"" + item->name + "\" twice");
  }
}

}  // namespace

void describe_network(Fields& fields, sim::NetworkSettings& network, sim::LinkSettings& clients,
                      std::uint32_t servers) {
  describe(fields, network, clients, servers);
}

void describe_disk(Fields& fields, sim::DiskSettings& disk) { describe(fields, disk); }
void describe_options(Fields& fields, core::Options& raft) { describe(fields, raft); }

void describe(Fields& fields, Scenario& scenario) {
  set_script_defaults(fields, scenario);
  fields.required("name", Word{scenario.name}, "what to call the scenario");
  fields("summary", Prose{scenario.summary});
  fields("story", Prose{scenario.story});
  fields.object("cluster", [&](Fields& inner) {
    inner("servers", Count{scenario.servers, 1, 99});
    std::uint32_t founders = scenario.founding_servers == 0 ? scenario.servers : scenario.founding_servers;
    inner("founders", Count{founders, 1, scenario.servers});
    scenario.founding_servers = founders == scenario.servers ? 0 : founders;
  });
  fields.object("server", [&](Fields& inner) {
    inner("kind", Word{scenario.server.kind});
    inner.rest(scenario.server.options);
  });
  Alignment alignment{scenario.persistence.sector_bytes != 0};
  fields.object("raft", [&](Fields& raft) {
    describe(raft, scenario.raft);
    raft.object("snapshots", [&](Fields& inner) { describe_snapshots(inner, scenario); });
    raft.object("persistence", [&](Fields& inner) {
      describe(inner, scenario.persistence, scenario.blocking_persistence, alignment);
    });
  });
  fields.object("network",
                [&](Fields& inner) { describe(inner, scenario.network, scenario.client_links, scenario.servers); });
  fields.object("disk", [&](Fields& inner) { describe(inner, scenario.disk); });
  if (!alignment.said) alignment.wanted = scenario.disk.weight_garbage > 0;
  scenario.persistence.sector_bytes = alignment.wanted ? scenario.disk.sector_bytes : 0;
  fields.object("clocks", [&](Fields& inner) { describe(inner, scenario.clocks); });
  fields.object("processors", [&](Fields& inner) { describe(inner, scenario.processors); });
  fields.object("workload", [&](Fields& inner) { describe(inner, scenario.workload); });
  Administration administration;
  administration.most_voters = std::min(administration.most_voters, scenario.servers);
  fields.optional_object("administration", scenario.administration, administration,
                         [&](Fields& inner, Administration& one) { describe(inner, one, scenario.servers); });
  fields.list("faults", scenario.faults, Fault{},
              [&](Fields& inner, Fault& fault) { describe(inner, fault, scenario.servers); });
  describe_script(fields, scenario);
  fields("swarm", scenario.swarm);
  fields("chaos_ends", scenario.chaos_ends);
  describe_heal(fields, scenario);
  fields.object("progress", [&](Fields& inner) { describe(inner, scenario.progress); });
  fields.object("limits", [&](Fields& inner) {
    describe(inner, scenario.efficiency);
    inner("log_bytes", Size{scenario.most_log_bytes, 0});
    inner.require(scenario.most_log_bytes == 0 || !scenario.script.empty(), "log_bytes",
                  "a script with it: the logs are looked at after each of its steps");
  });
  fields("without", CheckerNames{scenario.without});
  fields("must_reach", Situations{scenario.must_reach});
  fields.list("switches", scenario.switches, Switch{},
              [](Fields& inner, Switch& question) { describe(inner, question); });
  if (scenario.script.empty()) require_above_zero(fields, "chaos_ends", scenario.chaos_ends);
  require_distinct_names(fields, "faults", scenario.faults);
  require_strikes_in_time(fields, scenario);
  require_distinct_names(fields, "switches", scenario.switches);
}

}  // namespace raftsim::scenarios::json
