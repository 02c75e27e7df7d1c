#include "scenarios/cluster/observer.hpp"

#include <algorithm>
#include <exception>
#include <set>
#include <utility>

#include "core/assertion.hpp"
#include "core/machine/command.hpp"
#include "core/machine/machine.hpp"
#include "core/message_content.hpp"
#include "core/observation_fields.hpp"
#include "scenarios/cluster/reach.hpp"
#include "scenarios/wire.hpp"

namespace raftsim::scenarios {

namespace {

checkers::SuiteOptions suite_options(const Scenario& scenario, const ServerFactory& servers, bool check) {
  checkers::SuiteOptions options;
  options.servers = scenario.servers;
  options.founders = scenario.founders();
  options.learners_first = scenario.raft.learners_first;
  options.disks = servers.durable_reader();
  options.memory_survives = !servers.has_disk();
  options.progress = scenario.progress;
  options.efficiency = scenario.efficiency;
  options.without = scenario.without;
  options.capabilities = servers.capabilities();
  options.judge = check;
  return options;
}

// Runs of one scenario list the same counts, whatever happened in them.
bool troubles_disks(const Scenario& scenario) {
  const auto has_trouble = [](const sim::DiskSettings& disk) { return disk.trouble != sim::DiskTrouble{}; };
  const auto& overrides = scenario.disk_overrides;
  return has_trouble(scenario.disk) ||
         std::any_of(overrides.begin(), overrides.end(),
                     [&](const DiskOverride& each) { return has_trouble(each.settings); }) ||
         std::any_of(scenario.faults.begin(), scenario.faults.end(),
                     [](const Fault& fault) { return fault.harms_disk(); });
}

checkers::Moment moment_of(const sim::Step& step, const sim::World& world) { return {step.id, world.now()}; }

}  // namespace

Observer::Observer(std::shared_ptr<const Scenario> scenario, std::shared_ptr<const ServerFactory> servers, bool check,
                   checkers::TraceRecorder* recorder)
    : scenario_(std::move(scenario)),
      servers_(std::move(servers)),
      check_(check),
      judges_operations_(servers_->client_support().store),
      recorder_(recorder),
      suite_(suite_options(*scenario_, *servers_, check)),
      disks_at_boot_(scenario_->servers) {}

// Who records a run does not record its copies.
Observer::Observer(const Observer& other) = default;

// --- before the first step ---

void Observer::begins(const Cluster& cluster) {
  std::vector<checkers::Beginning> beginnings;
  for (std::uint16_t number = 0; number < scenario_->servers; ++number) {
    beginnings.push_back(servers_->beginning(server_of({number})));
  }
  suite_.begins(beginnings);
  if (!check_) return;
  const checkers::Moment moment{0, cluster.world().now()};
  for (std::uint16_t number = 0; number < scenario_->servers; ++number) {
    const sim::HostId host{number};
    if (cluster.world().has_disk(host)) suite_.disk_changed(moment, server_of(host), cluster.world().disk(host));
  }
  if (judges_operations_) begin_operations(moment);
}

// The commands of the logs are operations of a client from before the run. Those that were committed were answered then,
// one after the other; what becomes of the others no client will hear.
void Observer::begin_operations(const checkers::Moment& moment) {
  const auto logs = given_logs(scenario_->begin);
  const auto furthest =
      std::max_element(scenario_->begin.begin(), scenario_->begin.end(),
                       [](const GivenState& one, const GivenState& other) { return one.committed < other.committed; });
  const auto& committed = logs[static_cast<std::size_t>(furthest - scenario_->begin.begin())];
  core::Machine machine;
  std::set<core::CommandName> told;
  const auto invoke = [&](const core::Entry& entry) -> std::optional<core::CommandName> {
    const auto command = core::decode_command(entry.payload.view());
    if (!command || command->operation.key == key_without_clients() || !told.insert(command->name).second) return {};
    suite_.operation_invoked(moment, command->name.client, command->name.sequence, command->operation, false);
    return command->name;
  };
  for (core::Index index{1}; index <= furthest->committed; index = index.next()) {
    const auto& entry = committed[index.value - 1];
    const auto name = invoke(entry);
    const auto applied = machine.apply(index, entry, {});
    if (name) suite_.operation_returned(moment, name->client, name->sequence, applied.answer, index);
  }
  for (const auto& log : logs) {
    for (const auto& entry : log) {
      if (const auto name = invoke(entry)) suite_.operation_abandoned(moment, name->client, name->sequence);
    }
  }
}

// --- a step ---

void Observer::stepped(const sim::Step& step, Cluster& cluster, Nemesis& nemesis) {
  reported_.clear();
  const auto host = step.event.host;
  if (step.event.kind != sim::EventKind::act && !step.stale) {
    if (cluster.is_server(host)) {
      take_server(step, cluster);
    } else if (cluster.is_client(host)) {
      take_client(step, cluster.client(host));
    } else if (cluster.is_administrator(host)) {
      take_administrator(step, cluster, nemesis);
    }
  }
  if (!step.sent.empty()) take_sent(step, cluster.world());
  record(step, cluster.world());
  if (!step.halted.empty()) [[unlikely]]
    take_halt(step, cluster, nemesis);
}

// A server that does not start refuses what is on its disk, which it may only when the disk has broken a promise. One that
// stops was told of an error.
void Observer::take_halt(const sim::Step& step, Cluster& cluster, Nemesis& nemesis) {
  const auto host = step.event.host;
  const auto& world = cluster.world();
  const bool refuses = step.event.kind == sim::EventKind::restart;
  const auto* disk = world.has_disk(host) ? &world.disk(host) : nullptr;
  const auto& before = disks_at_boot_[host.value];
  const bool has_reason = disk != nullptr && (refuses ? disk->broken_promises() > before.broken_promises
                                                      : disk->statistics().errors > before.errors);
  const auto moment = moment_of(step, world);
  if (recorder_) recorder_->fault(refuses ? "refused to start" : "halted", step.halted, host);
  nemesis.halted(world, host, refuses);
  if (check_ && has_reason) suite_.halted(moment, server_of(host), refuses);
  if (check_ && !has_reason) {
    refuses ? suite_.recovery_refused(moment, server_of(host), step.halted)
            : suite_.server_failed(moment, server_of(host),
                                   "it halted, and its disk has reported no error: " + step.halted);
  }
  server_crashed(moment, world, host);
  if (chaos_over_ && has_reason) change_due(world, nemesis.working(world));
}

void Observer::take_server(const sim::Step& step, Cluster& cluster) {
  const auto host = step.event.host;
  const auto moment = moment_of(step, cluster.world());
  auto& server = cluster.server(host);
  const bool booted = step.event.kind == sim::EventKind::restart && step.halted.empty();
  if (booted && cluster.world().has_disk(host)) {
    const auto& disk = cluster.world().disk(host);
    disks_at_boot_[host.value] = {disk.broken_promises(), disk.statistics().errors};
  }
  if (check_) {
    if (step.disk_done && !step.crashed) suite_.disk_changed(moment, server_of(host), cluster.world().disk(host));
    if (step.delivered && !step.deferred) {
      if (const auto* message = servers_->describe(*step.delivered, room_)) {
        suite_.delivered(moment, *step.delivered, *message);
      }
    }
    if (booted && cluster.world().has_disk(host)) {
      suite_.came_up(moment, server_of(host), cluster.world().disk(host));
    }
    if (booted && server.recovered_from_torn_tail()) suite_.recovered_torn_tail(moment, server_of(host));
  }
  reported_.clear();
  std::swap(reported_, server.observations());
  for (const auto& observation : reported_) take_observation(observation, moment, cluster.world());
}

void Observer::take_observation(const core::Observation& observation, const checkers::Moment& moment,
                                sim::World& world) {
  suite_.observed(moment, observation);
  core::feed(observation, [&world](std::uint64_t number) { world.mix(number); });
}

void Observer::take_sent(const sim::Step& step, sim::World& world) {
  for (const auto& sent : step.sent) {
    if (sent.packet.duplicate_of != 0) continue;
    const auto* message = servers_->describe(sent.packet, room_);
    if (message == nullptr) continue;
    ++messages_;
    message_bytes_ += sent.packet.bytes;
    core::feed(*message, [&world](std::uint64_t number) { world.mix(number); });
    if (check_) suite_.sent(moment_of(step, world), sent.packet, *message);
  }
}

void Observer::take_client(const sim::Step& step, Client& client) {
  if (!client.has_news()) return;
  const auto news = client.take_news();
  if (news.absent) ++clients_finished_;
  if (news.ended && news.ended->ending == Client::Ending::answered) {
    ++acknowledged_;
    if (client.finished()) ++clients_finished_;
  }
  if (!check_) return;
  const checkers::Moment moment{step.id, step.event.at};
  if (news.ended) judge_ended(moment, client.number(), *news.ended);
  if (news.submitted) judge_submitted(moment, *news.submitted, news.probe);
  if (news.retried) suite_.command_retried(moment, {client.number(), client.sequence()});
}

void Observer::judge_ended(const checkers::Moment& moment, std::uint32_t client, const Client::Ended& ended) {
  const checkers::CommandId command{client, ended.sequence};
  if (ended.ending == Client::Ending::answered) {
    suite_.command_acknowledged(moment, command);
  } else {
    suite_.command_abandoned(moment, command);
  }
  if (!judges_operations_) return;
  switch (ended.ending) {
    case Client::Ending::answered:
      suite_.operation_returned(moment, client, ended.sequence, ended.answer, ended.index);
      break;
    case Client::Ending::failed:
      suite_.operation_failed(moment, client, ended.sequence);
      break;
    case Client::Ending::abandoned:
      suite_.operation_abandoned(moment, client, ended.sequence);
      break;
  }
}

void Observer::judge_submitted(const checkers::Moment& moment, const ClientRequest& request, bool probe) {
  suite_.command_submitted(moment, request.name, probe);
  if (!judges_operations_ || request.kind != ClientRequest::Kind::operation) return;
  suite_.operation_invoked(moment, request.name.client, request.name.sequence, request.operation,
                           request.session != core::Index{} && !stays_out_of_log(request));
}

// A server that another has replaced is switched off for good.
void Observer::take_administrator(const sim::Step& step, Cluster& cluster, Nemesis& nemesis) {
  const auto replaced = cluster.administrator(step.event.host).take_news().replaced;
  if (replaced == core::no_server) return;
  ++replaced_;
  if (recorder_) recorder_->fault("administration", "switch off for good", host_of(replaced));
  if (nemesis.retire(cluster.world(), host_of(replaced))) {
    server_crashed(moment_of(step, cluster.world()), cluster.world(), host_of(replaced));
  }
  if (check_) suite_.retired(replaced);
}

void Observer::record(const sim::Step& step, const sim::World& world) {
  recorded_ = step.id;
  if (recorder_) recorder_->step(step, reported_, world.fingerprint(), *servers_);
}

// --- what servers die of ---

void Observer::server_failed(const sim::Step& step, const sim::ProcessFailed& failure, Cluster& cluster) {
  const auto server = server_of(failure.host());
  // What the server reported before it died may already break a rule, and that says more than how it died.
  if (failure.host() == step.event.host) take_server(step, cluster);
  const auto moment = moment_of(step, cluster.world());
  try {
    std::rethrow_exception(failure.cause());
  } catch (const core::AssertionFailed& assertion) {
    suite_.assertion_failed(moment, server, assertion.what());
  } catch (...) {
    suite_.server_failed(moment, server, failure.what());
  }
  if (recorded_ != step.id) record(step, cluster.world());
}

// --- faults ---

// A crash changes what a disk holds.
void Observer::struck(const sim::Step& step, Cluster& cluster, Nemesis& nemesis) {
  for (const auto& action : nemesis.actions()) {
    if (recorder_) recorder_->fault(scenario_->faults[action.fault].name, action.action, action.host);
    if (action.kind != FaultAction::Kind::crash) continue;
    server_crashed(moment_of(step, cluster.world()), cluster.world(), action.host);
  }
  nemesis.actions().clear();
}

// A wiped disk is another disk: what was durable is no more.
void Observer::scripted(const sim::Step& step, Cluster& cluster, std::vector<ScriptAction>& actions,
                        std::optional<ScriptMiss>& miss) {
  const auto moment = moment_of(step, cluster.world());
  for (const auto& action : actions) {
    if (recorder_) recorder_->fault(action.step, action.action, action.host);
    if (action.kind == ScriptAction::Kind::crash) server_crashed(moment, cluster.world(), action.host);
    if (action.kind == ScriptAction::Kind::wipe && check_) {
      suite_.disk_replaced(server_of(action.host), cluster.world().disk(action.host));
    }
  }
  actions.clear();
  if (!miss) return;
  if (check_) suite_.script_missed(moment, std::move(miss->expected), std::move(miss->seen));
  miss.reset();
}

void Observer::server_crashed(const checkers::Moment& moment, const sim::World& world, sim::HostId host) {
  suite_.crashed(moment, server_of(host), world.has_disk(host) ? &world.disk(host) : nullptr);
}

void Observer::chaos_ended(const sim::Step& step, const sim::World& world, std::span<const sim::HostId> healed,
                           const core::ServerSet& working) {
  chaos_over_ = true;
  auto reach = reach_of(world, working, scenario_->servers);
  const auto due = this->due(reach, working);
  core::ServerSet repaired;
  for (const auto host : healed) repaired.insert(server_of(host));
  // Those who were repaired are waited for, and nobody else, as long as they can owe anything.
  awaited_ = (repaired - due.converges).empty() ? repaired : due.converges;
  if (check_) suite_.chaos_ended(moment_of(step, world), std::move(reach), due);
}

// A server that was coming up, and refused what is on its disk, owes nothing.
void Observer::change_due(const sim::World& world, const core::ServerSet& working) {
  auto reach = reach_of(world, working, scenario_->servers);
  const auto due = this->due(reach, working);
  if (!(awaited_ & due.converges).empty()) awaited_ = awaited_ & due.converges;
  if (check_) suite_.change_due(std::move(reach), due);
}

checkers::Due Observer::due(const checkers::Reach& reach, const core::ServerSet& working) const {
  // With an administration all are repaired, and a configuration may be on its way to another.
  if (scenario_->administration) return {working, working, working};
  const auto* agreed = suite_.cluster().agreed_configuration();
  return checkers::due_of(reach, agreed != nullptr ? *agreed : scenario_->founders());
}

void Observer::bound_reached(const sim::Step& step, const sim::World& world) {
  if (check_) suite_.tick(moment_of(step, world));
}

void Observer::ended(const sim::Step& step, const sim::World& world) {
  if (check_) suite_.ended(moment_of(step, world));
}

// --- how far the cluster is ---

std::optional<sim::HostId> Observer::leader() const {
  const auto server = suite_.cluster().leader();
  return server == core::no_server ? std::nullopt : std::optional(host_of(server));
}

// Everybody who belongs to the cluster and is waited for has what is committed. Who was removed may never hear of it.
bool Observer::settled() const {
  if (clients_finished_ != scenario_->workload.clients) return false;
  const auto& cluster = suite_.cluster();
  const auto* configuration = cluster.agreed_configuration();
  if (configuration == nullptr) return false;
  const auto members = configuration->members();
  for (const auto server : awaited_& members) {
    if (!cluster.has_everything(server)) return false;
  }
  return true;
}

Statistics Observer::statistics(const sim::World& world, const Nemesis& nemesis) const {
  Statistics result;
  result.events = world.events();
  result.virtual_time = world.now().time_since_epoch();
  result.committed_entries = committed().value;
  result.acknowledged_commands = acknowledged_;
  result.messages = messages_;
  result.message_bytes = message_bytes_;
  const auto struck = nemesis.struck(world);
  for (std::size_t fault = 0; fault < scenario_->faults.size(); ++fault) {
    result.faults.push_back({scenario_->faults[fault].name, struck[fault]});
  }
  if (scenario_->administration) result.faults.push_back({"servers replaced for good", replaced_});
  const auto& faults = scenario_->faults;
  if (std::any_of(faults.begin(), faults.end(), [](const Fault& fault) { return fault.clogs; })) {
    result.faults.push_back({"packets clogged", world.network().statistics().clogged});
  }
  for (auto& count : faults_of(world, troubles_disks(*scenario_))) result.faults.push_back(std::move(count));
  result.situations = suite_.situations();
  result.not_judged = suite_.not_judged();
  std::sort(result.not_judged.begin(), result.not_judged.end());
  return result;
}

}  // namespace raftsim::scenarios
