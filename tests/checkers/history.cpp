#include "history.hpp"

#include <algorithm>
#include <optional>

namespace raftsim::checkers::story {

namespace {

core::ServerId id(unsigned server) { return {static_cast<std::uint16_t>(server)}; }

core::Entry entry_of(std::uint64_t term, std::string_view command) {
  return {core::Term{term}, core::EntryKind::command, core::Bytes(command)};
}

sim::DiskOperation on_disk(const core::FileOperation& from) {
  sim::DiskOperation to;
  to.kind = static_cast<sim::DiskOperationKind>(from.kind);  // the same kinds in the same order
  to.file = from.file;
  to.target = from.target;
  to.offset = from.offset;
  to.bytes = from.bytes;
  to.tag = from.tag;
  return to;
}

sim::DiskSettings disk_settings() {
  sim::DiskSettings settings;
  settings.latency = sim::Distribution::fixed(std::uint64_t{1});
  settings.fsync_latency = sim::Distribution::fixed(std::uint64_t{1});
  return settings;
}

}  // namespace

SuiteOptions History::in_memory(std::size_t servers) {
  SuiteOptions options;
  options.servers = servers;
  options.memory_survives = true;
  return options;
}

SuiteOptions History::on_disks(std::size_t servers) {
  auto options = in_memory(servers);
  options.memory_survives = false;
  return options;
}

History::History(SuiteOptions options)
    : mode_(options.memory_survives ? core::PersistenceMode::none : core::PersistenceMode::append), suite_(options) {
  for (std::uint16_t host = 0; host < options.servers; ++host) {
    machines_.push_back(Machine{
        {}, {}, core::Index{1}, 0, core::Persistence({mode_, 64U << 10U}), sim::Disk(disk_settings(), {host}), {}, {}});
  }
  for (unsigned server = 1; server <= options.servers; ++server) boots(server);
}

History& History::at(std::int64_t milliseconds) {
  moment_.now = sim::Time(std::chrono::milliseconds(milliseconds));
  return *this;
}

History& History::says(const core::Observation& said) {
  suite_.observed(moment_, said);
  return *this;
}

void History::sends(const core::Message& message) {
  sim::Packet packet;
  packet.id = ++packets_;
  packet.bytes = 100;
  packet.sent_at = moment_.now;
  suite_.sent(moment_, packet, message);
}

void History::delivers(const core::Message& message, sim::PacketId duplicate_of) {
  ++moment_.event;
  sim::Packet packet;
  packet.id = ++packets_;
  packet.duplicate_of = duplicate_of;
  packet.sent_at = moment_.now;
  suite_.delivered(moment_, packet, message);
}

// --- elections ---

History& History::stands(unsigned server, std::uint64_t term) {
  ++moment_.event;
  machine(server).hard_state = {{term}, id(server)};
  return reports(server, core::BecameRole{core::Role::candidate, {term}});
}

History& History::leads(unsigned server, std::uint64_t term) {
  ++moment_.event;
  if (machine(server).hard_state.term.value != term) machine(server).hard_state = {{term}, core::no_server};
  return reports(server, core::BecameRole{core::Role::leader, {term}});
}

History& History::follows(unsigned server, std::uint64_t term) {
  ++moment_.event;
  machine(server).hard_state = {{term}, core::no_server};
  reports(server, core::AdoptedTerm{{term}});
  return reports(server, core::BecameRole{core::Role::follower, {term}});
}

History& History::decides_for(unsigned server, unsigned candidate) {
  ++moment_.event;
  machine(server).hard_state.vote = id(candidate);
  return reports(server, core::GrantedVote{machine(server).hard_state.term, id(candidate)});
}

History& History::asks_for_vote(unsigned server, unsigned voter, bool pre_vote) {
  const auto& log = machine(server).log;
  const auto term = machine(server).hard_state.term;
  sends({id(server), id(voter), pre_vote ? term.next() : term, core::RequestVote{log.last(), pre_vote}});
  return *this;
}

History& History::sends_vote(unsigned server, unsigned candidate, bool pre_vote) {
  const auto term = machine(server).hard_state.term;
  sends({id(server), id(candidate), pre_vote ? term.next() : term, core::RequestVoteReply{true, pre_vote}});
  return *this;
}

History& History::elected(unsigned server, std::uint64_t term, std::initializer_list<unsigned> voters, bool counting) {
  stands(server, term);
  if (mode_ != core::PersistenceMode::none) saves(server);
  for (const auto voter : voters) {
    asks_for_vote(server, voter).follows(voter, term).decides_for(voter, server);
    if (mode_ != core::PersistenceMode::none) saves(voter);
    sends_vote(voter, server);
  }
  if (counting) {
    reports(server, core::ReceivedVote{{term}, id(server)});
    for (const auto voter : voters) reports(server, core::ReceivedVote{{term}, id(voter)});
  }
  return leads(server, term);
}

// --- logs ---

History& History::appends(unsigned server, std::uint64_t term, std::string_view command) {
  return appends_at(server, machine(server).log.last().index.value + 1, term, command);
}

History& History::appends_at(unsigned server, std::uint64_t index, std::uint64_t term, std::string_view command) {
  ++moment_.event;
  auto& log = machine(server).log;
  if (core::Term{term} >= log.last().term) log.append(entry_of(term, command));  // otherwise no log can hold it
  return reports(server, core::Appended{{{index}, {term}}, core::digest_of(entry_of(term, command))});
}

History& History::truncates(unsigned server, std::uint64_t first) {
  ++moment_.event;
  auto& on = machine(server);
  on.log.truncate_from({first});
  on.first_unsaved = std::min(on.first_unsaved, core::Index{first});
  return reports(server, core::Truncated{{first}});
}

History& History::commits(unsigned server, std::uint64_t index) {
  ++moment_.event;
  return reports(server, core::AdvancedCommit{{index}});
}

History& History::applies(unsigned server, std::uint64_t index) {
  ++moment_.event;
  const auto& entry = machine(server).log.at({index});
  return reports(server, core::Applied{.position = {{index}, entry.term}, .entry = core::digest_of(entry)});
}

History& History::applies_other(unsigned server, std::uint64_t index, std::string_view command) {
  ++moment_.event;
  const auto term = machine(server).hard_state.term;
  return reports(server,
                 core::Applied{.position = {{index}, term}, .entry = core::digest_of(entry_of(term.value, command))});
}

// --- snapshots ---

History& History::takes_snapshot(unsigned server, std::uint64_t index, std::uint64_t term,
                                 core::Digest machine_digest) {
  ++moment_.event;
  return reports(server, core::TookSnapshot{{{index}, {term}}, index, machine_digest});
}

History& History::installs(unsigned server, std::uint64_t index, std::uint64_t term, std::uint64_t log_ends,
                           core::Digest machine_digest) {
  ++moment_.event;
  const core::LogPosition last{{index}, {term}};
  auto& log = machine(server).log;
  if (log_ends <= index) {
    log.restart_at(last);
  } else {
    log.compact_up_to(last.index);
  }
  return reports(server, core::InstalledSnapshot{{}, last, {std::max(index, log_ends)}, index, machine_digest},
                 core::Reason::snapshot_complete);
}

History& History::installs_garbled(unsigned server, std::uint64_t index, std::uint64_t term) {
  ++moment_.event;
  const core::LogPosition last{{index}, {term}};
  machine(server).log.restart_at(last);
  return reports(server, core::InstalledSnapshot{{}, last, last.index, ~index}, core::Reason::snapshot_complete);
}

History& History::acks_snapshot(unsigned server, unsigned leader, std::uint64_t last) {
  core::InstallSnapshotReply reply;
  reply.last = {last};
  reply.installed = true;
  sends({id(server), id(leader), machine(server).hard_state.term, reply});
  return *this;
}

// --- configurations ---

History& History::goes_by(unsigned server, std::uint64_t index, const core::Configuration& configuration,
                          core::Reason reason) {
  return reports(server, core::Configured{{index}, configuration}, reason);
}

History& History::configures(unsigned server, std::uint64_t term, const core::Configuration& configuration) {
  ++moment_.event;
  auto& log = machine(server).log;
  log.append({core::Term{term}, core::EntryKind::configuration, core::encode(configuration)});
  const auto index = log.last().index;
  reports(server, core::Appended{log.last(), core::digest_of(log.at(index))});
  return goes_by(server, index.value, configuration, core::Reason::configuration_appended);
}

History& History::goes_back_to(unsigned server, std::uint64_t index, const core::Configuration& configuration) {
  return goes_by(server, index, configuration, core::Reason::configuration_rolled_back);
}

History& History::comes_up_with(unsigned server, std::uint64_t index, const core::Configuration& configuration) {
  return goes_by(server, index, configuration, core::Reason::configuration_restored);
}

// --- replication ---

History& History::acks(unsigned server, unsigned leader, std::uint64_t previous, std::uint32_t count) {
  core::AppendEntriesReply reply;
  reply.previous = {previous};
  reply.count = count;
  reply.success = true;
  sends({id(server), id(leader), machine(server).hard_state.term, reply});
  return *this;
}

History& History::hears_success(unsigned leader, unsigned from, std::uint64_t previous, std::uint32_t count,
                                sim::PacketId duplicate_of) {
  core::AppendEntriesReply reply;
  reply.previous = {previous};
  reply.count = count;
  reply.success = true;
  delivers({id(from), id(leader), machine(leader).hard_state.term, reply}, duplicate_of);
  return *this;
}

History& History::hears_rejection(unsigned leader, unsigned from, std::uint64_t previous, sim::PacketId duplicate_of) {
  core::AppendEntriesReply reply;
  reply.previous = {previous};
  delivers({id(from), id(leader), machine(leader).hard_state.term, reply}, duplicate_of);
  return *this;
}

History& History::believes(unsigned leader, unsigned follower, std::uint64_t match, std::uint64_t next,
                           core::ProgressState state, core::Reason reason) {
  return reports(leader, core::MovedProgress{id(follower), state, {match}, {next}}, reason);
}

// --- power ---

History& History::saves(unsigned server) {
  ++moment_.event;
  auto& on = machine(server);
  core::Write write;
  write.ticket = {++on.last_ticket};
  write.hard_state = on.hard_state;
  write.first = on.first_unsaved;
  write.last = on.log.last().index;
  std::vector<core::FileOperation> operations;
  on.persistence.submit(write, on.log, operations);
  carry_out(server, std::move(operations));
  on.first_unsaved = on.log.last().index.next();
  on.saved_hard_state = on.hard_state;
  on.saved_log = on.log;
  return reports(server, core::Stored{on.log.last().index});
}

void History::carry_out(unsigned server, std::vector<core::FileOperation> operations) {
  auto& on = machine(server);
  const sim::Choices choices(1);
  while (!operations.empty()) {
    for (const auto& operation : operations) on.disk.submit(moment_.now, moment_.event, on_disk(operation), choices);
    operations.clear();
    while (on.disk.queue_length() > 0) {
      const auto done = on.disk.complete_head(moment_.now, choices);
      suite_.disk_changed(moment_, id(server), on.disk);
      on.persistence.done(done.tag, operations);
    }
  }
}

History& History::crashes(unsigned server) {
  ++moment_.event;
  auto& on = machine(server);
  const bool has_disk = mode_ != core::PersistenceMode::none;
  if (has_disk) {
    on.disk.crash(sim::Choices(1), 0);
    on.hard_state = on.saved_hard_state;
    on.log = on.saved_log;
    on.first_unsaved = on.log.last().index.next();
  }
  suite_.crashed(moment_, id(server), has_disk ? &on.disk : nullptr);
  return *this;
}

History& History::boots(unsigned server) {
  const auto& on = machine(server);
  return boots_with(server, on.hard_state.term.value, on.hard_state.vote.value, on.log.last().index.value);
}

History& History::boots_with(unsigned server, std::uint64_t term, unsigned vote, std::uint64_t last) {
  ++moment_.event;
  auto& on = machine(server);
  on.hard_state = {{term}, id(vote)};
  if (last < on.log.last().index.value) on.log.truncate_from({last + 1});
  return reports(server, core::Booted{{term}, id(vote), {last}, on.log.base().index});
}

std::string History::verdict() const {
  if (!suite_.verdict()) return "";
  const auto& found = *suite_.verdict();
  return found.checker + ": " + found.expected + "; " + found.seen;
}

}  // namespace raftsim::checkers::story
