#include "scenarios/cluster/run.hpp"

#include <algorithm>

#include "core/assertion.hpp"
#include "core/message_content.hpp"
#include "scenarios/cluster/administrator.hpp"
#include "scenarios/cluster/client.hpp"
#include "scenarios/cluster/purposes.hpp"
#include "scenarios/cluster/servers/raftsim/raft_server.hpp"
#include "scenarios/wire.hpp"

namespace raftsim::scenarios {

namespace {

// The acts of a run itself; those of the nemesis have tags of their own (Nemesis::owns).
constexpr std::uint64_t chaos_ends_tag = 1;
constexpr std::uint64_t bound_tag = 2;       // one of the progress bounds has come
constexpr std::uint64_t last_bound_tag = 3;  // the last of them: nothing is due any more

checkers::SuiteOptions suite_options(const Scenario& scenario) {
  checkers::SuiteOptions options;
  options.servers = scenario.servers;
  options.founders = scenario.founders();
  options.learners_first = scenario.raft.learners_first;
  options.persistence = scenario.persistence.mode;
  options.progress = scenario.progress;
  options.efficiency = scenario.efficiency;
  options.without = scenario.without;
  return options;
}

// Links to and from clients have settings of their own; clients are the hosts after the servers.
sim::NetworkSettings network_settings(const Scenario& scenario) {
  auto settings = scenario.network;
  const std::uint32_t outside = scenario.workload.clients + (scenario.administration ? 1 : 0);
  for (std::uint32_t client = 0; client < outside; ++client) {
    const sim::HostId host{static_cast<std::uint16_t>(scenario.servers + client)};
    settings.overrides.push_back({host, std::nullopt, scenario.client_links});
    settings.overrides.push_back({std::nullopt, host, scenario.client_links});
  }
  return settings;
}

checkers::CommandId command_id(std::uint32_t client, std::uint64_t sequence) {
  return std::uint64_t{client} << 40U | sequence;
}

}  // namespace

Run::Run(std::shared_ptr<const Scenario> scenario, std::uint64_t seed, Options options)
    : scenario_(std::move(scenario)),
      options_(options),
      world_(seed, network_settings(*scenario_)),
      nemesis_(scenario_),
      suite_(suite_options(*scenario_)),
      standing_(scenario_->servers) {
  add_hosts();
  schedule_acts();
}

Run::Run(const Run& other) = default;

void Run::add_hosts() {
  const bool has_disk = scenario_->persistence.mode != core::PersistenceMode::none;
  for (std::uint16_t number = 0; number < scenario_->servers; ++number) {
    auto server = std::make_unique<RaftServer>(server_of({number}), scenario_);
    server->time_core_with(options_.core_time);
    world_.add_host(std::move(server), has_disk ? &scenario_->disk : nullptr);
  }
  if (scenario_->clocks.drift()) set_clocks();
  for (std::uint32_t number = 1; number <= scenario_->workload.clients; ++number) {
    world_.add_host(std::make_unique<Client>(number, scenario_), nullptr);
  }
  if (scenario_->administration) {
    auto administrator = std::make_unique<Administrator>(scenario_->servers, *scenario_->administration);
    constexpr std::uint32_t name = 0;  // no fault's, which are digests
    if (!is_on(world_.choices(), *scenario_, name)) administrator->finish();
    world_.add_host(std::move(administrator), nullptr);
  }
}

bool Run::is_client(sim::HostId host) const {
  return !is_server(host) && host.value < scenario_->servers + scenario_->workload.clients;
}

void Run::set_clocks() {
  const auto& clocks = scenario_->clocks;
  const auto width = static_cast<std::uint64_t>(clocks.max_drift_permille - clocks.min_drift_permille);
  const auto above_min = sim::Distribution::uniform(std::uint64_t{0}, width * 1000);
  for (std::uint16_t number = 0; number < scenario_->servers; ++number) {
    const auto drawn = world_.choices().decide({clock_drift_purpose, number, 0}, above_min);
    world_.set_clock({number}, clocks.min_drift_permille * 1000 + static_cast<sim::ClockDrift>(drawn));
  }
}

void Run::schedule_acts() {
  nemesis_.begin(world_);
  const auto chaos_ends = world_.now() + scenario_->chaos_ends;
  world_.act_at(chaos_ends, chaos_ends_tag);
  const auto& bounds = scenario_->progress;
  const auto last = std::max({bounds.leader_within, bounds.agreement_within, bounds.convergence_within});
  for (const auto bound : {bounds.leader_within, bounds.agreement_within, bounds.convergence_within}) {
    if (bound != last) world_.act_at(chaos_ends + bound, bound_tag);
  }
  world_.act_at(chaos_ends + last, last_bound_tag);
}

bool Run::step() {
  if (over_) return false;
  said_.clear();
  try {
    carry_out_step();
  } catch (const core::AssertionFailed& failure) {
    // What the server said before it died may already break a rule, and that says more than the assertion.
    heed_server(step_.event.host);
    suite_.assertion_failed(moment(), server_of(step_.event.host), failure.what());
    record();
    over_ = true;
  } catch (const RecoveryRefused& refusal) {
    suite_.recovery_refused(moment(), server_of(step_.event.host), refusal.what());
    record();
    over_ = true;
  }
  if (options_.check && suite_.verdict()) over_ = true;
  if (chaos_over_ && !over_ && settled()) {
    if (options_.check) suite_.ended(moment());
    over_ = true;
  }
  return !over_;
}

void Run::carry_out_step() {
  world_.step(step_);
  const auto host = step_.event.host;
  const bool of_host = step_.event.kind != sim::EventKind::act && !step_.stale;
  if (of_host && is_server(host)) heed_server(host);
  if (of_host && is_client(host)) heed_client(host);
  if (of_host && !is_server(host) && !is_client(host)) heed_administrator(host);
  heed_sent();
  record();
  if (step_.crashed) nemesis_.struck(world_, host);
  if (step_.event.kind == sim::EventKind::act) act(step_.event.subject);
  heed_crashes();
}

void Run::heed_server(sim::HostId host) {
  const auto server = server_of(host);
  if (options_.check) {
    if (step_.disk_done && !step_.crashed) suite_.disk_changed(moment(), server, world_.disk(host));
    if (step_.delivered && !step_.deferred && is_raft_kind(step_.delivered->kind)) {
      suite_.delivered(moment(), *step_.delivered, step_.delivered->payload.as<core::Message>());
    }
  }
  auto& process = static_cast<RaftServer&>(world_.process(host));
  if (step_.event.kind == sim::EventKind::restart && process.recovered_from_torn_tail() && options_.check) {
    suite_.recovered_torn_tail(moment(), server);
  }
  std::swap(said_, process.observations());
  for (const auto& observation : said_) heed_observation(observation);
}

void Run::heed_observation(const core::Observation& observation) {
  auto& standing = standing_[host_of(observation.server).value];
  switch (observation.kind) {
    case core::ObservationKind::booted:
      standing = {};
      standing.commit_index = standing.last_applied = observation.next;
      nemesis_.observed(observation);
      break;
    case core::ObservationKind::became:
      nemesis_.observed(observation);
      break;
    case core::ObservationKind::advanced_commit:
      standing.commit_index = observation.index;
      committed_ = std::max(committed_, observation.index);
      break;
    case core::ObservationKind::applied:
      standing.last_applied = observation.index;
      break;
    case core::ObservationKind::installed_snapshot:
      standing.commit_index = standing.last_applied = observation.index;
      break;
    case core::ObservationKind::configured:
      standing.configured_at = observation.index;
      standing.configuration = observation.configuration;
      world_.mix(observation.configuration.digest());
      break;
    default:
      break;
  }
  if (options_.check) suite_.observed(moment(), observation);
  world_.mix(static_cast<std::uint64_t>(observation.kind) | static_cast<std::uint64_t>(observation.reason) << 8U |
             static_cast<std::uint64_t>(observation.role) << 16U |
             static_cast<std::uint64_t>(observation.state) << 24U | std::uint64_t{observation.server.value} << 32U |
             std::uint64_t{observation.peer.value} << 48U);
  world_.mix(observation.term.value);
  world_.mix(observation.index.value);
  world_.mix(observation.next.value);
  world_.mix(observation.digest);
  if (observation.machine != 0) world_.mix(observation.machine);
}

void Run::heed_sent() {
  for (const auto& sent : step_.sent) {
    if (!is_raft_kind(sent.packet.kind) || sent.packet.duplicate_of != 0) continue;
    const auto& message = sent.packet.payload.as<core::Message>();
    ++messages_;
    message_bytes_ += sent.packet.bytes;
    core::feed(message, [this](std::uint64_t number) { world_.mix(number); });
    if (options_.check) suite_.sent(moment(), sent.packet, message);
  }
}

void Run::heed_client(sim::HostId host) {
  auto& client = static_cast<Client&>(world_.process(host));
  if (!client.has_news()) return;
  const auto news = client.take_news();
  const bool acknowledged = news.ended && news.ended->ending == Client::Ending::answered;
  if (acknowledged) {
    ++acknowledged_;
    if (client.finished()) ++clients_finished_;
  }
  if (!options_.check) return;
  if (news.ended) {
    const auto& ended = *news.ended;
    const auto command = command_id(client.number(), ended.sequence);
    acknowledged ? suite_.command_acknowledged(moment(), command) : suite_.command_abandoned(moment(), command);
    if (acknowledged) {
      suite_.operation_returned(moment(), client.number(), ended.sequence, ended.answer, ended.index);
    } else if (ended.ending == Client::Ending::failed) {
      suite_.operation_failed(moment(), client.number(), ended.sequence);
    } else {
      suite_.operation_abandoned(moment(), client.number(), ended.sequence);
    }
  }
  if (news.submitted) {
    const auto& request = *news.submitted;
    suite_.command_submitted(moment(), command_id(client.number(), request.name.sequence), news.probe);
    if (request.kind == ClientRequest::Kind::operation) {
      suite_.operation_invoked(moment(), client.number(), request.name.sequence, request.operation,
                               request.session != core::Index{} && !stays_out_of_log(request));
    }
  }
  if (news.retried) suite_.command_retried(moment(), command_id(client.number(), client.sequence()));
}

// Everything that the nemesis did after this step; a crash changes what a disk holds.
void Run::heed_crashes() {
  for (const auto& action : nemesis_.actions()) {
    if (options_.recorder != nullptr) {
      options_.recorder->fault(scenario_->faults[action.fault].name, action.action, action.host);
    }
    if (action.kind == FaultAction::Kind::crash) heed_crash(action.host);
  }
  nemesis_.actions().clear();
}

void Run::heed_crash(sim::HostId host) {
  standing_[host.value] = {};
  if (options_.check) {
    suite_.crashed(moment(), server_of(host), world_.has_disk(host) ? &world_.disk(host) : nullptr);
  }
}

// A server that another has replaced is switched off for good.
void Run::heed_administrator(sim::HostId host) {
  const auto replaced = static_cast<Administrator&>(world_.process(host)).take_news().replaced;
  if (replaced == core::no_server) return;
  ++replaced_;
  if (options_.recorder != nullptr) {
    options_.recorder->fault("administration", "switch off for good", host_of(replaced));
  }
  if (nemesis_.retire(world_, host_of(replaced))) heed_crash(host_of(replaced));
  if (options_.check) suite_.retired(replaced);
}

void Run::act(std::uint64_t tag) {
  if (Nemesis::owns(tag)) {
    nemesis_.act(world_, tag);
    return;
  }
  if (tag == chaos_ends_tag) end_chaos();
  if (options_.check) suite_.tick(moment());
  if (tag != last_bound_tag) return;
  // Whatever is not settled by now, what happened until here is judged as a whole.
  if (options_.check) suite_.ended(moment());
  over_ = true;
}

void Run::end_chaos() {
  chaos_over_ = true;
  healed_ = nemesis_.end_chaos(world_);
  std::vector<core::ServerId> healed;
  for (const auto host : healed_) healed.push_back(server_of(host));
  if (options_.check) suite_.chaos_ended(moment(), healed);
  for (std::size_t number = scenario_->servers; number < world_.hosts(); ++number) {
    const sim::HostId host{static_cast<std::uint16_t>(number)};
    if (is_client(host)) {
      static_cast<Client&>(world_.process(host)).finish();
    } else {
      static_cast<Administrator&>(world_.process(host)).finish();
    }
  }
}

// In force, and committed, at a server that knows all that is committed; null when there is none (yet).
const core::Configuration* Run::agreed_configuration() const {
  for (const auto& standing : standing_) {
    if (standing.commit_index == committed_ && standing.configured_at <= committed_ &&
        !standing.configuration.joint() && !standing.configuration.empty()) {
      return &standing.configuration;
    }
  }
  return nullptr;
}

// Everybody who belongs to the cluster and was healed has what is committed. Who was removed may never hear of it.
bool Run::settled() const {
  if (clients_finished_ != scenario_->workload.clients) return false;
  const auto* configuration = agreed_configuration();
  if (configuration == nullptr) return false;
  const auto members = configuration->members();
  return std::all_of(healed_.begin(), healed_.end(), [&](sim::HostId host) {
    const auto& standing = standing_[host.value];
    return !members.contains(server_of(host)) ||
           (standing.commit_index == committed_ && standing.last_applied == committed_);
  });
}

void Run::record() {
  if (options_.recorder != nullptr) options_.recorder->step(step_, said_, world_.fingerprint());
}

Outcome Run::finish() {
  while (step()) {
  }
  Outcome outcome;
  outcome.fingerprint = world_.fingerprint();
  if (options_.check) outcome.verdict = suite_.verdict();
  outcome.statistics = statistics();
  return outcome;
}

Statistics Run::statistics() const {
  Statistics result;
  result.events = world_.events();
  result.virtual_time = world_.now().time_since_epoch();
  result.committed_entries = committed_.value;
  result.acknowledged_commands = acknowledged_;
  result.messages = messages_;
  result.message_bytes = message_bytes_;
  for (std::size_t fault = 0; fault < scenario_->faults.size(); ++fault) {
    result.faults.push_back({scenario_->faults[fault].name, nemesis_.strikes()[fault]});
  }
  if (scenario_->administration) result.faults.push_back({"servers replaced for good", replaced_});
  const auto& network = world_.network().statistics();
  result.faults.push_back({"packets lost by chance", network.lost_by_chance});
  result.faults.push_back({"packets lost to a partition", network.lost_to_partition});
  result.faults.push_back({"packets lost at a server that was down", network.lost_at_down_host});
  result.faults.push_back({"packets lost by a rule", network.lost_by_rule});
  result.faults.push_back({"packets duplicated", network.duplicated});
  result.faults.push_back({"packets overtaken", network.reordered});
  result.faults.push_back({"packets held by a rule", network.held});
  std::array<std::uint64_t, sim::sector_outcome_count> sectors{};
  for (std::uint16_t number = 0; number < scenario_->servers; ++number) {
    if (!world_.has_disk({number})) continue;
    const auto& settled = world_.disk({number}).statistics().sectors;
    for (std::size_t outcome = 0; outcome < sectors.size(); ++outcome) sectors[outcome] += settled[outcome];
  }
  for (std::size_t outcome = 0; outcome < sectors.size(); ++outcome) {
    const auto name =
        std::string("unsynced sectors that a crash left ") + sim::name_of(static_cast<sim::SectorOutcome>(outcome));
    result.faults.push_back({name, sectors[outcome]});
  }
  result.situations = suite_.situations();
  return result;
}

}  // namespace raftsim::scenarios
