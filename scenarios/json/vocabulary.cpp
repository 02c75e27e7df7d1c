#include "scenarios/json/vocabulary.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "scenarios/json/faults.hpp"
#include "scenarios/json/given_states.hpp"
#include "scenarios/json/script.hpp"

namespace raftsim::scenarios::json {

namespace {

using namespace std::chrono_literals;

constexpr std::array<Named<core::SendOn>, 2> send_on_names{
    {{"progress", core::SendOn::progress}, {"every-reply", core::SendOn::every_reply}}};
constexpr std::array<Named<core::Backtracking>, 2> backtracking_names{
    {{"conflict-term", core::Backtracking::conflict_term}, {"decrement", core::Backtracking::decrement}}};
constexpr std::array<Named<core::AfterRejection>, 2> after_rejection_names{
    {{"at-once", core::AfterRejection::at_once}, {"heartbeat", core::AfterRejection::heartbeat}}};
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
  std::string_view about;
};

// An object of weights. Once it gives one, what it leaves out is 0: {"get": 1} is gets and nothing else. An empty one is
// as good as none and keeps the defaults.
void describe_weights(Fields& fields, std::initializer_list<Weight> weights, std::string_view or_else) {
  const bool given = fields.has_keys();
  std::uint64_t sum = 0;
  for (const Weight& weight : weights) {
    if (given) weight.value = 0;
    fields(weight.key, Count{weight.value, 0, heaviest}, weight.about);
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
  fields("mode", Choice{persistence.mode, persistence_names},
         "how a server keeps its state: memory that survives, a write-ahead log, or the whole state each time");
  fields("segment_bytes", Size{persistence.segment_bytes, 256},
         "of one file of the write-ahead log; then a new one is begun");
  alignment.said = fields("align_to_sectors", alignment.wanted,
                          "each batch begins in a sector of its own; when left out: if a crash may leave garbage");
  fields.if_given("vote_apart", persistence.vote_apart, persistence.vote_apart,
                  "a new term is written and synced before the vote in it: two fsyncs for a vote; with mode append");
  fields("blocking", blocking, "the server does nothing else while a write is under way");
  fields.require(!persistence.vote_apart || persistence.mode == core::PersistenceMode::append, "vote_apart",
                 "mode \"append\" with it: in the others term and vote are written at once");
}

void describe(Fields& fields, core::Options& raft) {
  fields("heartbeat", raft.heartbeat_interval,
         "how often a leader that has nothing to send tells its followers that it is there");
  fields(
      "election_timeout", Between{raft.election_timeout_min, raft.election_timeout_max},
      "after so long without a leader a follower becomes a candidate; drawn anew each time; more than the heartbeat");
  fields("vote_retry", raft.vote_retry, "after so long a candidate asks those again that have not answered; 0: never");
  fields("redraw_election_timeout", raft.redraw_election_timeout,
         "it is drawn anew each time the timer restarts, not only for each attempt and each leader");
  fields("pre_vote", raft.pre_vote,
         "a candidate asks first whether it would win, before it raises its term (dissertation, section 9.6)");
  fields("check_quorum", raft.check_quorum,
         "a leader that does not hear from a quorum for an election timeout steps down (dissertation, section 6.2)");
  fields("leader_stickiness", raft.leader_stickiness,
         "a server that hears from a leader grants no votes (dissertation, section 4.2.3)");
  fields("backtracking", Choice{raft.backtracking, backtracking_names},
         "how a leader finds where a follower's log agrees: a term or an index per round trip");
  fields("stale_ack_guard", raft.stale_ack_guard,
         "a reply that later ones have overtaken moves nothing; false: match_index and next_index follow it");
  fields("send_on", Choice{raft.send_on, send_on_names},
         "which replies make a leader send again: those that bring news, or all, however late");
  fields("after_rejection", Choice{raft.after_rejection, after_rejection_names},
         "when a leader tries again with a lower next_index: heartbeat is one attempt per interval");
  fields("replicate_after_fsync", raft.replicate_after_fsync,
         "a leader sends entries only once they are on its own disk; its heartbeats do not wait");
  fields("max_inflight_messages", Count{raft.max_inflight_messages, 1}, "to one follower, not yet answered");
  fields("max_inflight_bytes", Size{raft.max_inflight_bytes, 1}, "of the entries in them");
  fields("max_entries_per_message", Count{raft.max_entries_per_message, 1}, "of one AppendEntries");
  fields("max_bytes_per_message", Size{raft.max_bytes_per_message, 1},
         "of the entries of one AppendEntries; one entry is sent however large it is");
  fields("resend_after", raft.resend_after,
         "without an answer a message is taken for lost; probes and chunks wait longer each time, up to the minimum "
         "election timeout");
  fields("max_uncommitted_bytes", Size{raft.max_uncommitted_bytes, 0},
         "a leader refuses commands beyond it; 0: no limit");
  fields("transfer_timeout", raft.transfer_timeout, "then a leader that hands over gives it up and goes on");
  fields("learners_first", raft.learners_first,
         "only a learner that has caught up may become a voter (dissertation, section 4.2.1)");
  fields("lease_reads", raft.lease_reads,
         "a leader answers reads while its lease lasts; needs check_quorum and leader_stickiness");
  fields("max_clock_drift_permille", Count{raft.max_clock_drift_permille, 0, 900},
         "by which the clocks of two servers may drift apart, as leases assume it");
  fields("max_waiting_reads", Count{raft.max_waiting_reads, 1}, "of one server; more are refused at once");
  fields("mutations", Planted{raft.mutations}, "known bugs to plant");
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
  fields("every_entries", Count{scenario.snapshot_every_entries, 0},
         "a server takes one after so many entries since its last; 0: not for their number");
  fields("every_bytes", Size{scenario.snapshot_every_bytes, 0},
         "and after so many bytes of entries, if that comes first; 0: not for their size");
  fields("chunk_bytes", Size{scenario.raft.snapshot_chunk_bytes, 1}, "of its state in one message");
  fields("trailing_entries", Count{scenario.raft.trailing_entries, 0},
         "that stay in the log, for followers only a little behind");
}

void describe(Fields& fields, sim::LinkSettings& link) {
  fields("delay", Durations{link.delay, false}, "one way");
  fields("loss", link.loss, "of a packet that never arrives");
  fields("duplicate", link.duplicate, "of a packet that arrives twice");
  fields("duplicate_delay", Durations{link.duplicate_delay}, "of the copy, after the original");
  fields("reorder", link.reorder, "of a packet that others overtake");
  fields("reorder_delay", Durations{link.reorder_delay}, "how much later a reordered packet arrives");
  fields("bandwidth", Bandwidth{link.bytes_per_second}, "of the link; what is sent faster waits for its turn");
  fields("queue", link.queue,
         "with a bandwidth: a packet that would wait longer than this for its turn is lost; 250ms when left out");
  fields("in_order", link.in_order, "packets never overtake each other, but for those reordered on purpose");
  fields.if_given("extra", !link.extra.parts.empty(), Durations{link.extra},
                  "what a link takes more than its delay: each draws its own once, for the whole run");
  fields("transport", Choice{link.transport, transport_names},
         "datagram: each packet for itself, possibly lost, repeated and overtaken. stream: one connection, as TCP has "
         "it; duplicate, reorder, queue and in_order do not count then");
  fields.object(
      "stream", "of a link that is a stream",
      [&](Fields& inner) {
        inner("retransmit_after", link.stream.retransmit_after,
              "a packet that was lost is sent again then, and what is behind it waits; it doubles with each further "
              "loss");
        inner("longest_wait", link.stream.longest_wait, "of these");
        inner("timeout", link.stream.timeout,
              "a packet that has not got through for so long resets the connection: what has not arrived, either way, "
              "is lost");
        inner("buffer", Size{link.stream.buffer, 1},
              "of what waits at the sender; a packet that does not fit is dropped");
        require_above_zero(inner, "retransmit_after", link.stream.retransmit_after);
        inner.require(link.stream.longest_wait >= link.stream.retransmit_after, "longest_wait",
                      "no less than retransmit_after, which it bounds");
        inner.require(link.stream.timeout >= link.stream.retransmit_after, "timeout",
                      "no less than retransmit_after, or a connection is reset by its first loss");
      },
      "stream");
}

void describe(Fields& fields, sim::NetworkSettings& network, sim::LinkSettings& clients, std::uint32_t servers) {
  fields.object("links", "between servers", [&](Fields& inner) { describe(inner, network.links); }, "link");
  const sim::NetworkSettings::Override like_the_others{std::nullopt, std::nullopt, network.links};
  fields.list("overrides", network.overrides, like_the_others,
              "links that differ from the rest; the last that matches wins",
              [&](Fields& inner, sim::NetworkSettings::Override& one) {
                inner("from", HostName{one.from, servers}, "who sends");
                inner("to", HostName{one.to, servers}, "who receives");
                describe(inner, one.settings);
              });
  fields.object("clients", "between clients and servers", [&](Fields& inner) { describe(inner, clients); }, "link");
}

struct CostlyOperation {
  std::string_view name;
  sim::DiskOperationKind kind;
  std::string_view about;
};
constexpr std::array<CostlyOperation, sim::disk_operation_kind_count> costly_operations{
    {{"create", sim::DiskOperationKind::create, "a file"},
     {"write", sim::DiskOperationKind::write, "to the page cache"},
     {"truncate", sim::DiskOperationKind::truncate, "a file"},
     {"fsync", sim::DiskOperationKind::fsync, "of a file, as \"fsync\" of the disk"},
     {"rename", sim::DiskOperationKind::rename, "a file"},
     {"unlink", sim::DiskOperationKind::unlink, "a file"},
     {"fsync-directory", sim::DiskOperationKind::fsync_directory, "which makes names durable"}}};

void describe_costs(Fields& fields, std::vector<sim::DiskSettings::Cost>& costs) {
  for (const auto& operation : costly_operations) {
    const auto of_kind = [&](const sim::DiskSettings::Cost& cost) { return cost.kind == operation.kind; };
    const auto found = std::find_if(costs.begin(), costs.end(), of_kind);
    const bool given = found != costs.end();
    sim::DiskSettings::Cost cost{operation.kind, given ? found->takes : sim::Distribution::fixed(std::uint64_t{0})};
    if (!fields.if_given(operation.name, given, Durations{cost.takes}, operation.about) || fields.writes()) continue;
    std::erase_if(costs, of_kind);
    costs.push_back(std::move(cost));
  }
}

void describe(Fields& fields, sim::DiskTrouble& trouble) {
  fields.if_given("fails", trouble.failing != sim::FailingOperations::none, Choice{trouble.failing, failing_names},
                  "which operations end with an error");
  fields.if_given("full", trouble.full, trouble.full, "files do not become longer");
  fields.if_given("hangs", trouble.hangs, trouble.hangs, "nothing is completed");
  fields.if_given("lies", trouble.lies, trouble.lies, "an fsync is reported as done and is not: a crash finds out");
}

void describe(Fields& fields, sim::DiskSettings& disk) {
  fields("latency", Durations{disk.latency}, "of each operation but fsync");
  fields("fsync", Durations{disk.fsync_latency}, "how long it takes until what was written is durable");
  fields("bandwidth", Bandwidth{disk.bytes_per_second}, "of what an fsync writes back");
  fields("sector_bytes", Count{disk.sector_bytes, 16, 65536},
         "what a crash leaves, or does not, as a whole; a multiple of 8");
  fields.require(disk.sector_bytes % 8 == 0, "sector_bytes", "a multiple of 8");
  fields.object(
      "crash",
      "weights of what a crash makes of each unsynced sector: what is left out is 0; one of them above 0. "
      "When the object is left out or empty: old, new and torn alike",
      [&](Fields& inner) {
        describe_weights(inner,
                         {{"old", disk.weight_old, "it is as before the write"},
                          {"new", disk.weight_new, "it is as written"},
                          {"torn", disk.weight_torn, "its first bytes are as written, the rest as before"},
                          {"garbage", disk.weight_garbage, "it holds neither"}},
                         "a crash has nothing to make of a sector");
      },
      "disk_crash");
  fields.when(!fields.writes() || !disk.costs.empty(), "", [&] {
    fields.object(
        "costs", "what operations of single kinds take, where that differs",
        [&](Fields& inner) { describe_costs(inner, disk.costs); }, "disk_costs");
  });
  fields.when(!fields.writes() || disk.trouble != sim::DiskTrouble{}, "", [&] {
    fields.object(
        "trouble", "what is wrong with the disk, all the time", [&](Fields& inner) { describe(inner, disk.trouble); },
        "disk_trouble");
  });
}

// Of single servers, on top of what is said of all.
void describe_overrides(Fields& fields, Scenario& scenario) {
  const DiskOverride like_the_others{std::nullopt, scenario.disk};
  fields.when(!fields.writes() || !scenario.disk_overrides.empty(), "", [&] {
    fields.list("overrides", scenario.disk_overrides, like_the_others, "disks that differ from the rest",
                [&](Fields& inner, DiskOverride& one) {
                  inner("of", HostName{one.of, scenario.servers}, "whose disk it is");
                  describe(inner, one.settings);
                  inner.require(one.settings.sector_bytes == scenario.disk.sector_bytes, "sector_bytes",
                                "the same for all servers");
                });
  });
}

void describe(Fields& fields, Clocks& clocks) {
  const bool in_ppm =
      fields.if_given("drift_ppm", clocks.drift(), Drift{clocks.min_drift, clocks.max_drift, -500'000, 500'000},
                      "how far servers' clocks gain on true time, in millionths; each server draws its own");
  sim::ClockDrift least = 0;
  sim::ClockDrift most = 0;
  // Read for the sake of files that have it; what is written is the other.
  if (fields.if_given("drift_permille", false, Drift{least, most, -500, 500, "thousandths"},
                      "the same in thousandths; one of the two")) {
    fields.require(!in_ppm, "", "one of drift_ppm and drift_permille", "both");
    clocks.min_drift = least * 1000;
    clocks.max_drift = most * 1000;
  }
  fields.if_given("timer_jitter", !clocks.timer_jitter.parts.empty(), Durations{clocks.timer_jitter},
                  "by how much each timer of a server is late");
}

void describe(Fields& fields, Processors& processors) {
  fields.if_given("per_message", !processors.per_message.parts.empty(), Durations{processors.per_message},
                  "what a server takes before it deals with a message, one after the other; its timers and its disk "
                  "wait meanwhile");
}

void describe(Fields& fields, Administration& administration, std::uint32_t servers) {
  fields("every", Durations{administration.every, false}, "between a change that is done, or given up, and the next");
  fields("least_voters", Count{administration.least_voters, 1, servers},
         "down to which voters are taken away, one at a time");
  fields("most_voters", Count{administration.most_voters, administration.least_voters, servers},
         "up to which voters are added, one at a time");
  fields("jumps_percent", Count{administration.jumps_percent, 0, 100},
         "changes to any other set of voters, by a joint configuration");
  fields("transfers_percent", Count{administration.transfers_percent, 0, 100},
         "transfers of leadership in place of a change");
  fields("replacements_percent", Count{administration.replacements_percent, 0, 100},
         "changes of a voter, which is switched off for good, for a server that has never run");
  fields("request_timeout", administration.request_timeout, "then the next server is asked");
  fields("retry_pause", administration.retry_pause, "after a refusal, and while a change is under way");
  fields("patience", administration.patience, "with one change; then another is tried");
  fields.if_given("takes_part", administration.takes_part, "in a run at all, whatever swarm says");
  const auto percent =
      administration.jumps_percent + administration.transfers_percent + administration.replacements_percent;
  fields.require(percent <= 100, "", "jumps, transfers and replacements that are no more than 100 percent together");
  require_above_zero(fields, "request_timeout", administration.request_timeout);
  require_above_zero(fields, "retry_pause", administration.retry_pause);
  require_above_zero(fields, "patience", administration.patience);
}

void describe(Fields& fields, Workload::Operations& weights) {
  describe_weights(fields,
                   {{"get", weights.get, "read one key"},
                    {"put", weights.put, "set one key to a new value"},
                    {"append", weights.append, "lengthen the value of a key"},
                    {"compare_and_set", weights.compare_and_set, "set a key if it still has the value last seen"},
                    {"erase", weights.erase, "remove a key"}},
                   "clients have nothing to do");
}

void describe(Fields& fields, Workload::Reads& weights) {
  describe_weights(fields,
                   {{"log", weights.log, "as a command in the log"},
                    {"leader", weights.leader, "by the leader, once a quorum has confirmed that it leads (ReadIndex)"},
                    {"follower", weights.follower, "by any server, which asks the leader for the index to wait for"},
                    {"lease", weights.lease, "by the leader alone, while its lease lasts"}},
                   "gets have no way to be answered");
}

void describe(Fields& fields, Workload& workload) {
  fields("clients", Count{workload.clients, 0, 1000}, "how many there are");
  fields("think_time", Durations{workload.think_time}, "between an answer and the next command");
  fields("payload_bytes", Sizes{workload.payload_bytes, least_value_bytes}, "of a value that is put; at least 16");
  fields("request_timeout", workload.request_timeout, "then the next server is asked");
  fields("retry_pause", workload.retry_pause, "after a server that knows no leader");
  fields("keys", Count{workload.keys, 1, most_keys}, "of the store, that clients use");
  fields("hot_keys", Count{workload.hot_keys, 0, workload.keys - 1},
         "so many keys get hot_share of the operations, the others the rest; 0: all are alike");
  fields("hot_share", workload.hot_share, "of the operations, for the hot keys");
  fields("open_loop", workload.open_loop,
         "commands are sent one think_time after the other, whether the one before is answered or not; one that is not "
         "by then is given up, and may still take effect");
  fields("retries", Choice{workload.retries, retries_names},
         "without an answer: ask all servers by turns; go on from where the last hint led; or give the command up, "
         "which may still take effect");
  fields.object("operations",
                "how often each, relative to the others: what is left out is 0; one of them above 0. When the object "
                "is left out or empty: 8 put to 2 get",
                [&](Fields& inner) { describe(inner, workload.operations); });
  fields.object("reads",
                "how gets are answered: how often each way, relative to the others: what is left out is 0; one of them "
                "above 0. When the object is left out or empty: all by the log",
                [&](Fields& inner) { describe(inner, workload.reads); });
  fields("sessions", workload.sessions,
         "commands take effect once, however often they are sent; without: each time they stand in the log");
  fields("session_timeout", workload.session_limits.timeout, "a session that is not used for this long is forgotten");
  fields("max_sessions", Count{workload.session_limits.count, 1},
         "then the one that was longest unused is forgotten for a new one");
  require_above_zero(fields, "session_timeout", workload.session_limits.timeout);
  require_above_zero(fields, "request_timeout", workload.request_timeout);
  require_above_zero(fields, "retry_pause", workload.retry_pause);
}

void describe(Fields& fields, checkers::ProgressBounds& progress) {
  fields("leader_within", progress.leader_within, "somebody leads");
  fields("agreement_within", progress.agreement_within, "a command that is given then is committed");
  fields("convergence_within", progress.convergence_within, "all have applied the same");
  require_above_zero(fields, "leader_within", progress.leader_within);
  require_above_zero(fields, "agreement_within", progress.agreement_within);
  require_above_zero(fields, "convergence_within", progress.convergence_within);
}

void describe(Fields& fields, checkers::EfficiencyBounds& limits) {
  fields("messages_per_entry", Count{limits.messages_per_entry}, "sent by servers for each entry that is committed");
  fields("bytes_per_entry", Size{limits.bytes_per_entry}, "sent by servers for each entry that is committed");
  fields("backup_rounds", Count{limits.backup_rounds},
         "round trips until a leader has found where a follower's log agrees");
}

void describe(Fields& fields, Switch& question) {
  fields.required("name", Word{question.name}, "what to call it");
  fields("why", Prose{question.why}, "what the question is");
  fields.required("path", Text{question.path}, "what it sets");
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
  fields("summary", Prose{scenario.summary}, "one line");
  fields("story", Prose{scenario.story}, "what this is about, where it comes from");
  fields.object("cluster", "how many servers there are", [&](Fields& inner) {
    inner("servers", Count{scenario.servers, 1, most_servers}, "all that there ever are");
    std::uint32_t founders = scenario.founding_servers == 0 ? scenario.servers : scenario.founding_servers;
    inner("founders", Count{founders, 1, scenario.servers},
          "the first so many found the cluster, the others may join later; when left out: all");
    scenario.founding_servers = founders == scenario.servers ? 0 : founders;
  });
  fields.object(
      "server", "which Raft runs on the servers; its kind says which other keys there are", [&](Fields& inner) {
        inner("kind", Word{scenario.server.kind}, "raftsim (the default), or a kind that the program was built with");
        inner.rest(scenario.server.options);
      });
  describe_begin(fields, scenario);
  Alignment alignment{scenario.persistence.sector_bytes != 0};
  fields.object("raft", "options of the core that runs on the servers", [&](Fields& raft) {
    describe(raft, scenario.raft);
    raft.object("snapshots", "how much a server keeps in its log, and how it sends what it no longer keeps",
                [&](Fields& inner) { describe_snapshots(inner, scenario); });
    raft.object("persistence", "how a server keeps what must survive a crash", [&](Fields& inner) {
      describe(inner, scenario.persistence, scenario.blocking_persistence, alignment);
    });
  });
  fields.object(
      "network", "what links do to packets",
      [&](Fields& inner) { describe(inner, scenario.network, scenario.client_links, scenario.servers); }, "network");
  fields.object("disk", "of each server", [&](Fields& inner) {
    describe(inner, scenario.disk);
    describe_overrides(inner, scenario);
  });
  if (!alignment.said) alignment.wanted = scenario.disk.weight_garbage > 0;
  scenario.persistence.sector_bytes = alignment.wanted ? scenario.disk.sector_bytes : 0;
  fields.object("clocks", "of the servers", [&](Fields& inner) { describe(inner, scenario.clocks); });
  fields.object("processors", "of the servers", [&](Fields& inner) { describe(inner, scenario.processors); });
  fields.object("workload", "clients of the key-value store, and what they ask",
                [&](Fields& inner) { describe(inner, scenario.workload); });
  Administration administration;
  administration.most_voters = std::min(administration.most_voters, scenario.servers);
  fields.optional_object("administration", scenario.administration, administration,
                         "somebody who changes the configuration all through the chaos: one voter more at a time up to "
                         "the most, then one less down to the least; needs heal \"all\"",
                         [&](Fields& inner, Administration& one) { describe(inner, one, scenario.servers); });
  fields.list(
      "faults", scenario.faults, Fault{}, "what strikes at random, again and again until the chaos ends",
      [&](Fields& inner, Fault& fault) { describe(inner, fault, scenario.servers); }, "fault");
  describe_script(fields, scenario);
  fields("swarm", scenario.swarm, "the chance of each fault, and of the administration, to take part in a run");
  fields("chaos_ends", scenario.chaos_ends, "until then faults strike; from then on progress is due");
  describe_heal(fields, scenario);
  fields.object("progress", "bounds on what is due after the chaos, counted from its end; 10s each when left out",
                [&](Fields& inner) { describe(inner, scenario.progress); });
  fields.object("limits", "what a run may cost; 0: unlimited", [&](Fields& inner) {
    describe(inner, scenario.efficiency);
    inner("log_bytes", Size{scenario.most_log_bytes, 0}, "of any server's log, looked at after each step of a script");
    inner.require(scenario.most_log_bytes == 0 || !scenario.script.empty(), "log_bytes",
                  "a script with it: the logs are looked at after each of its steps");
  });
  fields("without", CheckerNames{scenario.without},
         "checkers that are switched off, by name: to see what a known bug leads to");
  fields("must_reach", Situations{scenario.must_reach}, "situations that a sweep of some size has to see");
  fields.list("switches", scenario.switches, Switch{},
              "questions worth asking: a path and the values to set it to, the scenario's own first",
              [](Fields& inner, Switch& question) { describe(inner, question); });
  if (scenario.script.empty()) require_above_zero(fields, "chaos_ends", scenario.chaos_ends);
  require_distinct_names(fields, "faults", scenario.faults);
  require_strikes_in_time(fields, scenario);
  require_distinct_names(fields, "switches", scenario.switches);
}

}  // namespace raftsim::scenarios::json
