#include "checkers/ledger.hpp"

#include <algorithm>

namespace raftsim::checkers {

using core::Role;
using Kind = core::ObservationKind;

Ledger::Ledger(std::size_t servers, core::PersistenceMode mode, const core::Configuration& founders)
    : servers_(servers, ServerView(mode)), committed_configuration_(founders) {
  committed_.push_back({});  // the base entry
  for (const auto server : founders.members()) at(server).configuration = founders;
}

ProgressView ProgressView::after(const core::Observation& moved) const {
  const bool agree = moved.state == core::ProgressState::replicate || moved.index > match;
  const std::uint32_t back = moved.next < next ? 1 : 0;
  return {.match = moved.index,
          .next = moved.next,
          .state = moved.state,
          .backup_rounds = agree ? 0 : backup_rounds + back};
}

const ProgressView* Ledger::progress(core::ServerId leader, core::ServerId follower) const {
  const auto& views = of(leader).progress;
  return views.empty() ? nullptr : &views[follower.value - 1U];
}

core::ServerSet Ledger::up() const {
  core::ServerSet result;
  for (std::uint16_t number = 1; number <= size(); ++number) {
    if (of({number}).up) result.insert({number});
  }
  return result;
}

void Ledger::take(const Moment& moment, const core::Observation& said) {
  auto& server = at(said.server);
  switch (said.kind) {
    case Kind::booted:
      boot(server, said);
      break;
    case Kind::became:
      server.role = said.role;
      if (said.term > server.hard_state.term) server.hard_state = {said.term, core::no_server};
      if (said.role == Role::candidate) server.hard_state.vote = said.server;
      if (said.role == Role::leader) lead(moment, server, said);
      break;
    case Kind::adopted_term:
      if (said.term > server.hard_state.term) server.hard_state = {said.term, core::no_server};
      break;
    case Kind::granted_vote:
      if (said.term == server.hard_state.term) server.hard_state.vote = said.peer;
      break;
    case Kind::appended:
      server.log.truncate_from(said.index);
      server.log.append(said.term, said.digest);
      break;
    case Kind::truncated:
      server.log.truncate_from(said.index);
      server.stored = std::min(server.stored, server.log.last());
      break;
    case Kind::stored:
      server.stored = said.index;
      break;
    case Kind::advanced_commit:
      commit(moment, server, said);
      break;
    case Kind::configured:
      configure(server, said);
      break;
    case Kind::applied:
      server.last_applied = said.index;
      note_state(moment, said);
      break;
    case Kind::took_snapshot:
      note_state(moment, said);
      break;
    case Kind::installed_snapshot:
      install(server, said);
      note_state(moment, said);
      break;
    case Kind::moved_progress:
      if (!server.progress.empty()) {
        auto& view = server.progress[said.peer.value - 1U];
        view = view.after(said);
      }
      break;
    default:
      break;
  }
  server.durable.take(said, committed_log_);
}

void Ledger::boot(ServerView& server, const core::Observation& said) {
  server.up = true;
  server.ever_booted = true;
  server.role = Role::follower;
  server.hard_state = {said.term, said.peer};
  if (server.durable.on_disk()) server.log.become(server.durable.log());
  server.log.truncate_from(said.index.next());
  server.stored = server.log.last();
  // What the snapshot stands for was committed and applied.
  server.commit_index = said.next;
  server.last_applied = said.next;
  server.progress.clear();
}

void Ledger::configure(ServerView& server, const core::Observation& said) {
  if (!server.progress.empty()) {
    const auto before = server.configuration.members();
    const auto now = said.configuration.members();
    for (const auto comes_or_goes : (now - before) | (before - now)) {
      server.progress[comes_or_goes.value - 1U] = ProgressView::initial(server.log.last());
    }
  }
  server.configuration = said.configuration;
  server.configuration_index = said.index;
  note_committed_configuration(server);
}

void Ledger::lead(const Moment& moment, ServerView& server, const core::Observation& said) {
  server.progress.assign(size(), ProgressView::initial(server.log.last()));
  leaders_.at(said.term, {said.server, moment.now});
}

void Ledger::commit(const Moment& moment, ServerView& server, const core::Observation& said) {
  server.commit_index = said.index;
  const auto last = std::min(said.index, server.log.last());
  while (committed_last() < last && server.log.has(committed_last().next())) {
    const auto index = committed_last().next();
    committed_log_.append_of(server.log);
    committed_.push_back({server.log.chain_at(index), server.hard_state.term, said.server, moment.now});
  }
  note_committed_configuration(server);
}

// The first to commit a configuration is a leader that goes by it.
void Ledger::note_committed_configuration(const ServerView& server) {
  if (server.configuration_index > server.commit_index) return;
  if (server.configuration_index <= committed_configuration_index_) return;
  committed_configuration_ = server.configuration;
  committed_configuration_index_ = server.configuration_index;
}

void Ledger::note_state(const Moment& moment, const core::Observation& said) {
  if (said.machine == 0) return;  // this server says nothing of its state
  if (state_after(said.index) != nullptr || states_.is_forgotten(said.index)) return;
  const MachineState state{.digest = said.machine, .by = said.server, .at = moment.now};
  if (said.index == states_.end()) {
    states_.push_back(state);
  } else {
    states_.grow_to(said.index);
    states_.edit(said.index) = state;
  }
}

// What a snapshot stands for was committed and applied (paper, section 7).
void Ledger::install(ServerView& server, const core::Observation& said) const {
  const core::LogPosition last{said.index, said.term};
  if (!server.log.has(last)) server.stored = std::min(server.stored, server.commit_index);
  server.log.install(last, said.digest, committed_log_);
  server.log.truncate_from(std::max(said.index, said.next).next());  // it may have kept less than it should
  server.stored = std::min(server.stored, server.log.last());
  server.commit_index = std::max(server.commit_index, said.index);
  server.last_applied = std::max(server.last_applied, said.index);
}

void Ledger::forget(const Horizon& horizon) {
  for (ServerView& server : servers_) {
    server.log.forget_before(horizon.index);
    server.durable.forget_before(horizon.index);
  }
  committed_log_.forget_before(horizon.index);
  committed_.forget_before(horizon.index);
  states_.forget_before(horizon.index);
  leaders_.forget_before(horizon.term);
}

void Ledger::crash(core::ServerId server, const sim::Disk* disk) {
  auto& view = at(server);
  view.up = false;
  if (disk != nullptr) view.durable.follow(*disk, committed_log_);
}

}  // namespace raftsim::checkers
