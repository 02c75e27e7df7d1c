#include "checkers/ledger.hpp"

#include <algorithm>

namespace raftsim::checkers {

Ledger::Ledger(std::size_t servers, const DurableReader* disks, const core::Configuration& founders)
    : cluster_(servers, founders),
      servers_(servers, Server(disks)),
      committed_configuration_(founders),
      reach_(among(cluster_.all(), servers)),
      due_{cluster_.all(), cluster_.all(), cluster_.all()} {
  committed_.push_back({});  // the base entry
}

// An entry counts as committed in its own term, the earliest that is possible: whoever leads from now on leads a later
// one.
void Ledger::begin(std::span<const Beginning> servers) {
  for (const auto server : this->servers()) {
    const Beginning& given = servers[server.value - 1U];
    auto& mine = at(server);
    mine.durable.remember(given.hard_state);
    for (const auto& entry : given.log) {
      mine.durable.append({.position = {mine.log.last().next(), entry.term}, .entry = entry.digest});
      mine.log.append(entry.term, entry.digest);
    }
    if (given.snapshot > core::Index{}) mine.durable.snapshot_at({given.snapshot, mine.log.term_at(given.snapshot)});
    cluster_.begin(given.committed);
    while (committed_last() < given.committed) {
      const auto index = committed_last().next();
      committed_log_.append_of(mine.log);
      committed_.push_back({mine.log.chain_at(index), mine.log.term_at(index), server, {}});
      if (given.states.size() >= index.value) note_state({}, server, index, given.states[index.value - 1]);
    }
  }
}

// --- terms and votes ---

void Ledger::take(const Moment& /*moment*/, core::ServerId server, const core::Booted& booted) {
  cluster_.take(server, booted);
  auto& mine = at(server);
  if (mine.durable.on_disk()) {
    mine.log.become(mine.durable.log());
  } else {
    mine.durable.truncate_from(booted.last.next());
    mine.durable.remember(of(server).hard_state);
  }
  mine.log.truncate_from(booted.last.next());
  mine.stored = mine.log.last();
}

void Ledger::take(const Moment& moment, core::ServerId server, const core::BecameRole& became) {
  cluster_.take(server, became);
  at(server).durable.remember(of(server).hard_state);
  if (became.role == core::Role::leader) leaders_.at(became.term, {server, moment.now});
}

void Ledger::take(const Moment& /*moment*/, core::ServerId server, const core::AdoptedTerm& adopted) {
  cluster_.take(server, adopted);
  at(server).durable.remember(of(server).hard_state);
}

void Ledger::take(const Moment& /*moment*/, core::ServerId server, const core::GrantedVote& granted) {
  cluster_.take(server, granted);
  at(server).durable.remember(of(server).hard_state);
}

// --- logs ---

void Ledger::take(const Moment& /*moment*/, core::ServerId server, const core::Appended& appended) {
  cluster_.take(server, appended);
  auto& mine = at(server);
  mine.log.truncate_from(appended.position.index);
  mine.log.append(appended.position.term, appended.entry);
  mine.durable.append(appended);
}

void Ledger::take(const Moment& /*moment*/, core::ServerId server, const core::Truncated& truncated) {
  cluster_.take(server, truncated);
  auto& mine = at(server);
  mine.log.truncate_from(truncated.first);
  mine.durable.truncate_from(truncated.first);
  mine.stored = std::min(mine.stored, mine.log.last());
}

void Ledger::take(const Moment& /*moment*/, core::ServerId server, const core::Stored& stored) {
  at(server).stored = stored.last;
}

void Ledger::take(const Moment& moment, core::ServerId server, const core::AdvancedCommit& advanced) {
  cluster_.take(server, advanced);
  const auto& log = at(server).log;
  const auto last = std::min(advanced.index, log.last());
  while (committed_last() < last && log.has(committed_last().next())) {
    const auto index = committed_last().next();
    committed_log_.append_of(log);
    committed_.push_back({log.chain_at(index), of(server).hard_state.term, server, moment.now});
  }
  note_committed_configuration(server);
}

// --- configurations ---

void Ledger::take(const Moment& /*moment*/, core::ServerId server, const core::Configured& configured) {
  cluster_.take(server, configured);
  note_committed_configuration(server);
}

// The first server to commit a configuration is a leader that uses it.
void Ledger::note_committed_configuration(core::ServerId server) {
  const auto& state = of(server);
  if (state.configuration_index > state.commit_index) return;
  if (state.configuration_index <= committed_configuration_index_) return;
  committed_configuration_ = state.configuration;
  committed_configuration_index_ = state.configuration_index;
}

// --- states and snapshots ---

void Ledger::take(const Moment& moment, core::ServerId server, const core::Applied& applied) {
  cluster_.take(server, applied);
  note_state(moment, server, applied.position.index, applied.machine);
}

void Ledger::take(const Moment& moment, core::ServerId server, const core::TookSnapshot& took) {
  cluster_.take(server, took);
  at(server).durable.snapshot_at(took.last);
  note_state(moment, server, took.last.index, took.machine);
}

void Ledger::take(const Moment& moment, core::ServerId server, const core::InstalledSnapshot& installed) {
  auto& mine = at(server);
  const auto behind = std::max(installed.last.index, installed.log_last).next();
  if (!mine.log.has(installed.last)) mine.stored = std::min(mine.stored, of(server).commit_index);
  mine.log.install(installed.last, installed.snapshot, committed_log_);
  mine.log.truncate_from(behind);  // it may have kept less than required
  mine.durable.install(installed, committed_log_);
  mine.stored = std::min(mine.stored, mine.log.last());
  cluster_.take(server, installed);
  note_state(moment, server, installed.last.index, installed.machine);
}

void Ledger::note_state(const Moment& moment, core::ServerId server, core::Index index, core::Digest machine) {
  if (machine == 0) return;  // this server does not report its state
  if (state_after(index) != nullptr || states_.is_forgotten(index)) return;
  const MachineState state{.digest = machine, .by = server, .at = moment.now};
  if (index == states_.end()) {
    states_.push_back(state);
  } else {
    states_.grow_to(index);
    states_.edit(index) = state;
  }
}

// --- discarding ---

void Ledger::forget(const Horizon& horizon) {
  for (Server& server : servers_) {
    server.log.forget_before(horizon.index);
    server.durable.forget_before(horizon.index);
  }
  committed_log_.forget_before(horizon.index);
  committed_.forget_before(horizon.index);
  states_.forget_before(horizon.index);
  leaders_.forget_before(horizon.term);
}

void Ledger::crash(core::ServerId server, const sim::Disk* disk) {
  cluster_.crash(server);
  if (disk != nullptr) at(server).durable.follow(*disk, committed_log_);
}

}  // namespace raftsim::checkers
