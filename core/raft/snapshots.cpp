// Snapshots: replacing the log up to an index, and sending them to followers that lack compacted entries (paper,
// section 7; dissertation, chapter 5).
#include <algorithm>
#include <utility>

#include "core/assertion.hpp"
#include "core/raft/raft.hpp"

namespace raftsim::core {

// --- taking one ---

void Raft::take_snapshot(Index last, Bytes state, Effects& effects) {
  RAFTSIM_ASSERT(last > last_snapshot(), "a snapshot goes beyond the one before it");
  RAFTSIM_ASSERT(last <= commit_index_, "a snapshot holds what is committed");
  RAFTSIM_ASSERT(knows_configuration_at(last), "a snapshot comes with the configuration at its end");
  const LogPosition position{last, *log_.term_at(last)};
  snapshot_ = make_shared_value<const Snapshot>(
      Snapshot{.last = position, .configuration = configurations_.at(last).configuration, .state = std::move(state)});
  save_snapshot(effects);
  observe(TookSnapshot{position, snapshot_->id().digest}, Reason::none, effects);

  // The caller takes the write's entries from the log as it is after this input, so the write may still need those from
  // the base on. The entries dropped here are older than any that have not been submitted to the disk.
  const Index base{last.value - std::min(last.value, options_.trailing_entries)};
  if (base <= log_.base().index) return;
  log_.compact_up_to(base);
  configurations_.forget_before(base);
  observe(Compacted{log_.base()}, Reason::none, effects);
}

// --- the leader's side ---

// Whether the entry before the follower's next one is compacted, so that AppendEntries cannot check the match there.
bool Raft::needs_snapshot(const Progress& progress) const {
  if (mutated(Mutation::compact_past_slow_follower) && progress.state() == ProgressState::replicate) return false;
  return progress.next_index() <= log_.base().index && progress.state() != ProgressState::snapshot;
}

void Raft::begin_snapshot(std::size_t follower, Effects& effects) {
  RAFTSIM_ASSERT(snapshot_, "what was compacted is in a snapshot");
  leadership_->progress[follower].become_snapshot(snapshot_);
  observe_progress(follower, Reason::compacted_log, effects);
}

// Returns whether anything was sent.
bool Raft::send_chunk(std::size_t follower, Instant now, Effects& effects) {
  Progress& progress = leadership_->progress[follower];
  if (progress.transfer().unanswered()) return false;
  auto chunk = make_shared_value<const SnapshotChunk>(progress.transfer().next_chunk(options_.snapshot_chunk_bytes));
  progress.sent_chunk(now);
  leadership_->watch(progress, options_);
  send(servers_[follower], InstallSnapshot{std::move(chunk)}, effects);
  return true;
}

void Raft::handle(Instant now, const Message& message, const InstallSnapshotReply& reply, Effects& effects) {
  const std::size_t follower = answering_follower(now, message, effects);
  if (follower == servers_.size()) return;
  Progress& progress = leadership_->progress[follower];

  // A follower that has installed a snapshot durably has everything this leader committed up to its end. That is all
  // that a successful AppendEntries says, and it stays true however late the reply arrives.
  const bool installed =
      reply.installed || (mutated(Mutation::probe_from_failed_snapshot) && progress.state() == ProgressState::snapshot);
  if (!installed) {
    const AckOutcome outcome = progress.answer_chunk(reply);
    if (outcome == AckOutcome::stale) ignore(message, Reason::stale_chunk_reply, effects);
    bring_up_to_date(follower, now, effects);
    return;
  }
  RAFTSIM_ASSERT(reply.last <= commit_index_, "a snapshot holds what is committed");
  const AckOutcome outcome = progress.installed_snapshot(reply.last, now, options_);
  if (outcome == AckOutcome::stale) {
    ignore(message, Reason::stale_success, effects);
  } else if (outcome != AckOutcome::unchanged) {
    observe_progress(follower, Reason::snapshot_installed, effects);
  }
  if (makes_leader_send(outcome, progress)) bring_up_to_date(follower, now, effects);
}

// --- the follower's side ---

void Raft::handle(Instant now, const Message& message, const InstallSnapshot& request, Effects& effects) {
  follow(now, message.from, effects);
  const SnapshotChunk& chunk = *request.chunk;
  InstallSnapshotReply reply{
      .last = chunk.snapshot.last.index, .snapshot = chunk.snapshot.digest, .offset = chunk.offset};
  if (chunk.snapshot.last.index <= commit_index_ && !mutated(Mutation::stale_snapshot_accepted)) {
    // A stale snapshot must not move the state machine back. The reply tells the leader that this server is past it.
    ignore(message, Reason::stale_snapshot, effects);
    reply.installed = true;
  } else if ((mutated(Mutation::demoted_refuses_snapshot) && configuration().votes(self_) &&
              !chunk.configuration.votes(self_)) ||
             !incoming_.take(chunk, mutated(Mutation::chunk_mix))) {
    ignore(message, Reason::unexpected_chunk, effects);
  } else if (chunk.last()) {
    install(message, incoming_.assembled(), effects);
    incoming_.forget();
    reply.installed = true;
  }
  reply.next_offset =
      reply.installed ? chunk.snapshot.bytes : incoming_.received(chunk.snapshot, mutated(Mutation::chunk_mix));
  // A chunk that is not the last promises only the term; nothing is persisted before the snapshot is complete.
  Ticket durable = writes_.ticket_for_hard_state();
  if (reply.installed) durable = std::max(durable, writes_.ticket_for_entries(reply.last));
  send_once_durable(durable, message.from, reply, effects);
}

// Paper, Figure 13, rules 6 to 8: if the log has the snapshot's last entry, the entries after it are kept; otherwise
// the whole log is discarded. Either way the state machine is reset to the snapshot's state.
void Raft::install(const Message& message, SharedSnapshot snapshot, Effects& effects) {
  const LogPosition last = snapshot->last;
  const bool keeps_suffix = (log_.has(last) && !mutated(Mutation::install_drops_suffix)) ||
                            (mutated(Mutation::install_keeps_conflict) && log_.last().index >= last.index);
  if (keeps_suffix) {
    log_.compact_up_to(last.index);
  } else {
    // Writes in flight beyond the commit index no longer count.
    writes_.lower_stable_index(commit_index_);
    writes_.clip_in_flight(commit_index_);
    log_.restart_at(last);
  }
  snapshot_ = std::move(snapshot);
  commit_index_ = last.index;
  if (mutated(Mutation::term_from_snapshot) && last.term != term()) {
    hard_state_ = {.term = last.term, .vote = no_server};
    save_hard_state(effects);
  }
  save_snapshot(effects);
  writes_.covers_entries(last.index);
  effects.installed = snapshot_;
  observe(InstalledSnapshot{message.from, last, log_.last().index, snapshot_->id().digest}, Reason::snapshot_complete,
          effects);
  if (mutated(Mutation::snapshot_config_blind)) {
    if (!keeps_suffix) configurations_.truncate_from(last.index.next());
  } else {
    configurations_ = Configurations(last.index, snapshot_->configuration, log_);
  }
  configuration_changed(Reason::configuration_restored, effects);
}

void Raft::save_snapshot(Effects& effects) { write_for(effects).snapshot = snapshot_; }

}  // namespace raftsim::core
