#include "scenarios/cluster/servers/raftsim/raft_server.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "core/assertion.hpp"
#include "scenarios/administration.hpp"
#include "scenarios/cluster/purposes.hpp"

namespace raftsim::scenarios {

namespace {

sim::DiskOperationKind disk_kind(core::FileOperation::Kind kind) {
  using From = core::FileOperation::Kind;
  using To = sim::DiskOperationKind;
  switch (kind) {
    case From::create:
      return To::create;
    case From::write:
      return To::write;
    case From::truncate:
      return To::truncate;
    case From::fsync:
      return To::fsync;
    case From::rename:
      return To::rename;
    case From::unlink:
      return To::unlink;
    case From::fsync_directory:
      return To::fsync_directory;
  }
  return To::fsync;
}

sim::DiskOperation disk_operation(core::FileOperation&& from) {
  sim::DiskOperation to;
  to.kind = disk_kind(from.kind);
  to.file = from.file;
  to.target = from.target;
  to.offset = from.offset;
  to.size = from.bytes.size();
  to.tag = from.tag;
  to.bytes = std::move(from.bytes);
  return to;
}

// Known bugs are planted in all of a server at once.
core::PersistenceOptions persistence_options(const Scenario& scenario) {
  auto options = scenario.persistence;
  options.mutations = scenario.raft.mutations;
  return options;
}

}  // namespace

RaftServer::RaftServer(core::ServerId self, std::shared_ptr<const Scenario> scenario)
    : self_(self),
      scenario_(std::move(scenario)),
      options_(scenario_->raft),
      election_timeout_(sim::Distribution::uniform(options_.election_timeout_min, options_.election_timeout_max)),
      persistence_(persistence_options(*scenario_)),
      machine_(empty_machine()) {
  // Who joins later knows of no cluster before a leader speaks to it.
  if (scenario_->founders().votes(self_)) founders_ = scenario_->founders();
}

core::Machine RaftServer::empty_machine() const {
  return core::Machine(scenario_->workload.session_limits, scenario_->raft.mutations);
}

void RaftServer::restore_machine(const core::Snapshot& snapshot) {
  auto restored = machine_.restored(snapshot.state.view());
  RAFTSIM_ASSERT(restored.has_value(), "a snapshot can be read");
  machine_ = std::move(*restored);
  last_applied_ = snapshot.last.index;
  applied_bytes_ = 0;
}

core::Duration RaftServer::next_election_timeout(const sim::Host& host) {
  const auto nth = timeouts_drawn_++;
  return core::Duration(static_cast<std::int64_t>(host.decide(election_timeout_purpose, nth, election_timeout_)));
}

// What survived the last crash: with a disk, what can be read back from it. Nothing when that cannot be trusted: then the
// server does not start.
std::optional<core::Restored> RaftServer::restore(sim::Host& host) {
  if (scenario_->persistence.mode == core::PersistenceMode::none) return persistence_.remembered();
  core::Files files;
  for (const auto file : host.disk().files()) files.emplace(file, host.disk().read(file));
  auto recovery = core::recover(files, persistence_options(*scenario_));
  if (const auto* corruption = std::get_if<core::Corruption>(&recovery)) {
    host.halt(core::file_name(corruption->file) + " at byte " + std::to_string(corruption->offset) + ": " +
              corruption->what);
    return std::nullopt;
  }
  auto& recovered = std::get<core::Recovered>(recovery);
  persistence_ = std::move(recovered.persistence);
  recovered_from_torn_tail_ = recovered.torn_tail;
  for (auto& repair : recovered.repairs) host.submit(disk_operation(std::move(repair)));
  return std::move(recovered.restored);
}

void RaftServer::boot(sim::Host& host) {
  recovered_from_torn_tail_ = false;
  auto read = restore(host);
  if (!read) return;
  auto& restored = *read;
  observations_.emplace_back(self_, core::Booted{.term = restored.hard_state.term,
                                                 .vote = restored.hard_state.vote,
                                                 .last = restored.log.last().index,
                                                 .snapshot = restored.log.base().index});
  if (restored.snapshot) restore_machine(*restored.snapshot);
  if (mutated(core::Mutation::state_lost_at_restart)) machine_ = empty_machine();

  raft_.emplace(self_, founders_, options_, std::move(restored), instant(host.now()), next_election_timeout(host));
  observations_.push_back(raft_->configured_at_boot());
  raft_->set_next_election_timeout(next_election_timeout(host));
  host.wake_at(time_of(raft_->wake_at()));
}

void RaftServer::crash() {
  raft_.reset();
  machine_ = empty_machine();
  last_applied_ = {};
  applied_bytes_ = 0;
  waiting_.clear();
  waiting_reads_.clear();
  held_up_.clear();
  unsent_.clear();
  write_under_way_.reset();
}

bool RaftServer::held_up() const { return scenario_->blocking_persistence && write_under_way_.has_value(); }

void RaftServer::receive(sim::Host& host, const sim::Packet& packet) {
  if (held_up()) {
    held_up_.push_back(packet);
    return;
  }
  handle(host, packet);
}

template <class Input>
void RaftServer::step(sim::Host& host, Input&& input) {
  effects_.clear();
  try {
    timed(core_time_, [&] { std::forward<Input>(input)(instant(host.now())); });
    carry_out(host);
  } catch (const core::AssertionFailed&) {
    take_over_observations();
    throw;
  }
}

void RaftServer::handle(sim::Host& host, const sim::Packet& packet) {
  step(host, [&](core::Instant now) {
    if (packet.kind == client_request_kind) {
      serve(host, packet);
    } else if (packet.kind == admin_request_kind) {
      administer(host, packet);
    } else {
      raft_->receive(now, packet.payload.as<core::Message>(), effects_);
    }
  });
}

void RaftServer::wake(sim::Host& host) {
  if (held_up()) return;  // carry_out asks again once the write is done
  step(host, [&](core::Instant now) { raft_->wake(now, effects_); });
}

// After an error nobody knows what the file holds, and trying again proves nothing: an fsync that fails may leave pages
// behind that a later one takes for written. So the server stops at once, and has acknowledged nothing that was not
// durable. etcd's write-ahead log and PostgreSQL (since 2018) do the same.
void RaftServer::disk_done(sim::Host& host, const sim::DiskOperation& done) {
  const bool ignored = mutated(core::Mutation::failed_fsync_ignored) && done.kind == sim::DiskOperationKind::fsync;
  if (done.error != sim::DiskError::none && !ignored) {
    host.halt(std::string(sim::name_of(done.kind)) + " of " + core::file_name(done.file) + ": " +
              sim::name_of(done.error));
    return;
  }
  const auto ticket = timed(core_time_, [&] { return persistence_.done(done.tag, operations_); });
  if (!operations_.empty()) submit_operations(host);
  if (!ticket) return;
  if (write_under_way_ && *ticket >= *write_under_way_) write_under_way_.reset();
  if (!held_up()) send(host, unsent_);
  step(host, [&](core::Instant now) { raft_->stored(now, *ticket, effects_); });
  while (!held_up() && !held_up_.empty()) {
    const auto packet = std::move(held_up_.front());
    held_up_.pop_front();
    handle(host, packet);
  }
}

void RaftServer::carry_out(sim::Host& host) {
  carry_out_effects(host);
  if (mutated(core::Mutation::definite_failure_lie) && !leads()) give_up_waiting(host);
  if (mutated(core::Mutation::snapshot_index_skew) && last_applied_ < raft_->commit_index() && snapshot_due()) {
    take_snapshot(host, raft_->commit_index());
  }
  apply_committed(host);
  if (snapshot_due()) take_snapshot(host, last_applied_);
  if (!waiting_reads_.empty()) answer_reads(host);
  host.wake_at(time_of(raft_->wake_at()));
}

void RaftServer::carry_out_effects(sim::Host& host) {
  while (true) {
    if (effects_.drew_election_timeout) raft_->set_next_election_timeout(next_election_timeout(host));
    const auto durable = effects_.write ? submit_write(host) : std::nullopt;
    if (held_up()) {
      std::move(effects_.messages.begin(), effects_.messages.end(), std::back_inserter(unsent_));
    } else if (!effects_.messages.empty()) {
      send(host, effects_.messages);
    }
    if (effects_.installed) take_over_state(host);
    for (const auto& outcome : effects_.reads) {
      waiting_reads_.resolve(outcome, [&](const WaitingReads::Read& read) {
        const auto status = leads() ? ReplyStatus::unavailable : ReplyStatus::not_leader;
        refuse(host, {{}, {}, read.client, read.name, read.attempt}, status);
      });
    }
    take_over_observations();
    if (!durable) break;
    effects_.clear();
    raft_->stored(instant(host.now()), *durable, effects_);
  }
}

// A snapshot came from the leader. What became of commands that are in it, nobody here knows.
void RaftServer::take_over_state(sim::Host& host) {
  restore_machine(*effects_.installed);
  for (auto& said : effects_.observations) {
    if (auto* installed = std::get_if<core::InstalledSnapshot>(&said.what)) installed->machine = machine_.digest();
  }
  while (!waiting_.empty() && waiting_.front().index <= last_applied_) {
    refuse(host, waiting_.front(), ReplyStatus::not_leader);
    waiting_.pop_front();
  }
}

// A bug that is planted in the scenario after it was read stays planted.
void RaftServer::change_options(const core::Options& options) {
  options_ = options;
  for (std::size_t number = 0; number < core::mutation_count; ++number) {
    const auto mutation = static_cast<core::Mutation>(number);
    if (mutated(mutation)) options_.mutations.plant(mutation);
  }
  election_timeout_ = sim::Distribution::uniform(options_.election_timeout_min, options_.election_timeout_max);
  if (raft_) raft_->change_options(options_);
}

std::optional<std::uint64_t> RaftServer::log_bytes() const {
  if (!raft_) return std::nullopt;
  const auto& log = raft_->log();
  std::uint64_t bytes = 0;
  for (auto index = log.base().index.next(); index <= log.last().index; index = index.next()) {
    bytes += core::wire_size(log.at(index));
  }
  return bytes;
}

bool RaftServer::snapshot_due() const {
  const auto entries = scenario_->snapshot_every_entries;
  const auto bytes = scenario_->snapshot_every_bytes;
  const auto last = raft_->commit_index();
  const bool due =
      (entries != 0 && distance(raft_->last_snapshot(), last) >= entries) || (bytes != 0 && applied_bytes_ >= bytes);
  return due && raft_->knows_configuration_at(last);
}

void RaftServer::take_snapshot(sim::Host& host, core::Index last) {
  effects_.clear();
  applied_bytes_ = 0;
  raft_->take_snapshot(last, machine_.save(), effects_);
  for (auto& said : effects_.observations) {
    if (auto* took = std::get_if<core::TookSnapshot>(&said.what)) took->machine = machine_.digest();
  }
  carry_out_effects(host);
}

void RaftServer::take_over_observations() {
  if (observations_.empty()) {
    observations_.swap(effects_.observations);
    return;
  }
  observations_.insert(observations_.end(), effects_.observations.begin(), effects_.observations.end());
  effects_.observations.clear();
}

void RaftServer::send(sim::Host& host, std::vector<core::Message>& messages) {
  for (auto& message : messages) {
    const auto to = host_of(message.to);
    const auto kind = static_cast<std::uint8_t>(core::kind_of(message));
    const auto bytes = static_cast<std::uint32_t>(core::wire_size(message));
    const auto term = message.term.value;
    host.send(to, kind, bytes, sim::Payload::of(std::move(message)), term);
  }
  messages.clear();
}

std::optional<core::Ticket> RaftServer::submit_write(sim::Host& host) {
  const auto durable =
      timed(core_time_, [&] { return persistence_.submit(*effects_.write, raft_->log(), operations_); });
  if (!durable) write_under_way_ = effects_.write->ticket;
  submit_operations(host);
  return durable;
}

void RaftServer::submit_operations(sim::Host& host) {
  for (auto& operation : operations_) host.submit(disk_operation(std::move(operation)));
  operations_.clear();
}

void RaftServer::apply_committed(sim::Host& host) {
  while (last_applied_ < raft_->commit_index()) {
    last_applied_ = last_applied_.next();
    const auto& entry = raft_->log().at(last_applied_);
    if (last_applied_ > raft_->last_snapshot()) applied_bytes_ += core::wire_size(entry);
    apply(host, entry);
  }
}

void RaftServer::apply(sim::Host& host, const core::Entry& entry) {
  const auto applied = timed(
      core_time_, [&] { return machine_.apply(last_applied_, entry, {.now = instant(host.now()), .leads = leads()}); });
  observations_.emplace_back(self_, core::Applied{.position = {last_applied_, entry.term},
                                                  .effect = applied.index,
                                                  .entry = core::digest_of(entry),
                                                  .machine = machine_.digest(),
                                                  .command = applied.name});
  if (waiting_.empty() || waiting_.front().index != last_applied_) return;
  if (mutated(core::Mutation::answer_by_index) || waiting_.front().term == entry.term) {
    answer(host, waiting_.front(), applied);
  } else {
    refuse(host, waiting_.front(), ReplyStatus::not_leader);
  }
  waiting_.pop_front();
}

}  // namespace raftsim::scenarios
