// Snapshots: in place of the log up to an index, and for followers that lack what the log no longer holds (paper,
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

  // The write's entries are taken out of the log as it is after this input, and it may still want those from the base
  // on; what is dropped here is older than anything that is not on its way to the disk.
  const Index base{last.value - std::min(last.value, options_.trailing_entries)};
  if (base <= log_.base().index) return;
  log_.compact_up_to(base);
  configurations_.forget_before(base);
  observe(Compacted{log_.base()}, Reason::none, effects);
}

// --- the leader's side ---

// Whether the entry before the follower's next one is compacted: nobody can ask whether the logs agree there.
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

  // Who has installed a snapshot has durably what this leader committed up to its end, which is all that a success for
  // AppendEntries says, and stays as true however late it is heard.
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
    // An old one must not take the state machine back. That this server is beyond it is news worth telling.
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
  // A chunk that is not the last promises nothing but the term; it is not written down before the snapshot is complete.
  Ticket durable = writes_.ticket_for_hard_state();
  if (reply.installed) durable = std::max(durable, writes_.ticket_for_entries(reply.last));
  send_once_durable(durable, message.from, reply, effects);
}

// Paper, Figure 13, rules 6 to 8: if the log has the snapshot's last entry, what follows it stays; otherwise the whole
// log goes. Either way the state machine is the snapshot's from now on.
void Raft::install(const Message& message, SharedSnapshot snapshot, Effects& effects) {
  const LogPosition last = snapshot->last;
  const bool keeps_suffix = (log_.has(last) && !mutated(Mutation::install_drops_suffix)) ||
                            (mutated(Mutation::install_keeps_conflict) && log_.last().index >= last.index);
  if (keeps_suffix) {
    log_.compact_up_to(last.index);
  } else {
    // What is on its way to the disk beyond the commit index is void.
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
