// The leader's side of the log: replication (paper, section 5.3) and commitment (section 5.4.2).
#include <algorithm>
#include <utility>

#include "core/assertion.hpp"
#include "core/raft/quorum.hpp"
#include "core/raft/raft.hpp"

namespace raftsim::core {

namespace {

Reason timeout_in(ProgressState state) {
  switch (state) {
    case ProgressState::probe:
      return Reason::probe_timeout;
    case ProgressState::replicate:
      return Reason::window_stalled;
    case ProgressState::snapshot:
      return Reason::chunk_timeout;
  }
  return Reason::none;
}

}  // namespace

void Raft::become_leader(Instant now, Effects& effects) {
  RAFTSIM_ASSERT(role_ == Role::candidate, "only a candidate wins an election");
  role_ = Role::leader;
  leader_ = self_;
  Leadership& leading = leadership_.emplace();
  leading.progress.assign(servers_.size(), Progress(log_.last().index.next(), now));
  leading.catch_up.resize(servers_.size());
  leading.heartbeat_at = now + options_.heartbeat_interval;
  leading.check_quorum_at = now + options_.election_timeout_min;
  observe(BecameRole{role_, term()}, deciding_.voters == ServerSet{self_} ? Reason::only_voter : Reason::won_election,
          effects);
  // An entry of its own term; without it nothing of earlier terms could be committed until a client sends a command
  // (dissertation, section 6.4).
  count_uncommitted();
  append(Entry{.term = term(), .kind = EntryKind::no_op, .payload = {}}, Reason::new_term, effects);
  save_entries(log_.last().index, effects);
  send_to_all(now, effects);
}

// --- the clock ---

void Raft::wake_leader(Instant now, Effects& effects) {
  if (options_.check_quorum && now >= leadership_->check_quorum_at) {
    if (!heard_quorum(now)) {
      become_follower(now, Reason::lost_quorum, effects);
      return;
    }
    leadership_->check_quorum_at = now + options_.election_timeout_min;
  }
  give_up_late_transfer(now, effects);
  Leadership& leading = *leadership_;
  const bool heartbeat = now >= leading.heartbeat_at;
  if (!heartbeat && now < leading.resend_at) return;
  if (heartbeat) {
    leading.heartbeat_at = now + options_.heartbeat_interval;
    begin_heartbeat_round(now);
  }
  leading.resend_at = never;
  for (std::size_t follower = 0; follower < servers_.size(); ++follower) {
    if (servers_[follower] == self_) continue;
    if (heartbeat) leading.progress[follower].heartbeat_due();
    const bool sent = resend_if_overdue(follower, now, effects) || (heartbeat && send_entries(follower, now, effects));
    if (heartbeat && !sent) send_heartbeat(follower, effects);
    leading.watch(leading.progress[follower], options_);
  }
  const ReadRounds& rounds = leading.read_rounds;
  if (heartbeat && rounds.sent() > rounds.confirmed()) confirm_rounds(now, effects);  // it may be the only voter
}

// Returns whether anything was sent.
bool Raft::resend_if_overdue(std::size_t follower, Instant now, Effects& effects) {
  Progress& progress = leadership_->progress[follower];
  if (now < progress.resend_at(options_)) return false;
  const Reason reason = timeout_in(progress.state());
  progress.give_up_waiting();
  observe_progress(follower, reason, effects);
  return send_entries(follower, now, effects);
}

// CheckQuorum: whether a quorum answered within the last election timeout (dissertation, section 6.2).
bool Raft::heard_quorum(Instant now) const {
  ServerSet heard;
  for (std::size_t i = 0; i < servers_.size(); ++i) {
    if (servers_[i] == self_ || leadership_->progress[i].heard_at() > now - options_.election_timeout_min)
      heard.insert(servers_[i]);
  }
  return deciding_.has_quorum(heard);
}

// --- sending ---

void Raft::send_to_all(Instant now, Effects& effects) {
  for (std::size_t follower = 0; follower < servers_.size(); ++follower) {
    if (servers_[follower] != self_) bring_up_to_date(follower, now, effects);
  }
}

// Sends the entries that a follower lacks, as far as its window admits. If it lacks none but can commit more than it
// was told, sends an empty message.
void Raft::bring_up_to_date(std::size_t follower, Instant now, Effects& effects) {
  if (send_entries(follower, now, effects)) return;
  const Progress& progress = leadership_->progress[follower];
  if (progress.state() == ProgressState::replicate &&
      progress.told_commit_index() < std::min(commit_index_, progress.match_index())) {
    send_heartbeat(follower, effects);
  }
}

// Returns whether anything was sent.
bool Raft::send_entries(std::size_t follower, Instant now, Effects& effects) {
  Progress& progress = leadership_->progress[follower];
  bool sent = false;
  if (needs_snapshot(progress)) begin_snapshot(follower, effects);
  if (progress.state() == ProgressState::snapshot) return send_chunk(follower, now, effects);
  const Index last = options_.replicate_after_fsync ? stable_index() : log_.last().index;
  while (progress.may_send(options_) && (progress.state() == ProgressState::probe || progress.next_index() <= last)) {
    const Index first = progress.next_index();
    if (progress.asks_again()) {
      send_append(follower, first.previous(), EntryBatch(), effects);
      progress.sent(first.previous(), 0, now);
    } else {
      RecentBatch& batch = leadership_->recent_batch;
      send_append(follower, first.previous(), batch.from(first, last, log_, options_), effects);
      progress.sent(batch.last(), batch.bytes(), now);
    }
    sent = true;
  }
  if (sent) leadership_->watch(progress, options_);
  return sent;
}

// Starts from match_index, not from next_index, so that it cannot be rejected for overtaking entries in flight. If
// match_index is compacted, it starts from the base entry that all logs share.
void Raft::send_heartbeat(std::size_t follower, Effects& effects) {
  const Index match = leadership_->progress[follower].match_index();
  send_append(follower, match < log_.base().index ? Index{0} : match, EntryBatch(), effects);
}

void Raft::send_append(std::size_t follower, Index previous, EntryBatch entries, Effects& effects) {
  const auto previous_term = log_.term_at(previous);
  RAFTSIM_ASSERT(previous_term.has_value(), "a leader sends entries that follow one of its own log");
  leadership_->progress[follower].told_commit(std::min(commit_index_, previous + entries.size()));
  send(servers_[follower],
       AppendEntries{.previous = {previous, *previous_term},
                     .leader_commit = commit_index_,
                     .entries = std::move(entries),
                     .round = leadership_->read_rounds.sent()},
       effects);
}

// --- replies ---

// The position of the follower whose reply of the current term this is; servers_.size() if the reply is to be ignored.
std::size_t Raft::answering_follower(Instant now, const Message& message, Effects& effects) {
  if (role_ != Role::leader) {
    ignore(message, Reason::not_in_role, effects);
    return servers_.size();
  }
  const std::size_t follower = position_of(message.from);
  if (follower < servers_.size()) {
    Progress& progress = leadership_->progress[follower];
    progress.heard(now);
    if (progress.state() == ProgressState::probe) leadership_->watch(progress, options_);
  }
  return follower;
}

// Whether a reply with this outcome makes the leader send what the follower lacks.
//
// A reply without news does not, and neither does an ack for entries that are followed by others still in flight: that
// would start a message storm on a healthy network. A leader that goes back to what an ack says (no guard) and sends
// from there doubles what it has in flight. Each copy is acknowledged, and each of these acks moves it back and makes
// it send again, for as long as new proposals arrive. (Measured in `calm` with 24 busy clients: 28 times the messages
// and 230 times the bytes.)
bool Raft::makes_leader_send(AckOutcome outcome, const Progress& progress) const {
  if (options_.send_on == SendOn::every_reply) return true;
  const bool overtaken = outcome == AckOutcome::stale || outcome == AckOutcome::rewound;
  return !overtaken && !progress.would_repeat();
}

void Raft::handle(Instant now, const Message& message, const AppendEntriesReply& reply, Effects& effects) {
  const std::size_t follower = answering_follower(now, message, effects);
  if (follower == servers_.size()) return;
  if (reply.round > leadership_->read_rounds.confirmed() && message.term == term()) {
    on_round_answered(now, message.from, reply.round, effects);
  }
  Progress& progress = leadership_->progress[follower];
  const AckOutcome outcome = progress.answer(reply, log_, now, options_);
  if (outcome == AckOutcome::stale) {
    ignore(message, reply.success ? Reason::stale_success : Reason::stale_rejection, effects);
  } else {
    if (outcome != AckOutcome::unchanged) {
      observe_progress(follower, reply.success ? Reason::success : Reason::rejection, effects);
    }
    if (leadership_->transfer.waits_for(message.from)) hand_over_if_caught_up(effects);
    if (!configuration().votes(message.from)) follow_catch_up(follower, now, effects);
    // A match index that is already committed cannot help to commit more.
    const bool may_commit = outcome == AckOutcome::moved && reply.success && progress.match_index() > commit_index_;
    if (may_commit && advance_commit_by_quorum(effects)) {
      tell_of_commit(now, effects);
      return;
    }
  }
  if (makes_leader_send(outcome, progress)) bring_up_to_date(follower, now, effects);
}

// --- commitment (paper, sections 5.3 and 5.4.2) ---

// Returns whether the commit index grew.
bool Raft::advance_commit_by_quorum(Effects& effects) {
  // The leader counts like any other server: only what its own disk has confirmed, and only if it is a voter.
  const Index own = mutated(Mutation::self_not_durable) ? log_.last().index : stable_index();
  const Index index = quorum_index(deciding_, servers_, [&](std::size_t member) {
    return servers_[member] == self_ ? own : leadership_->progress[member].match_index();
  });
  if (index <= commit_index_) return false;
  // Only entries of its own term are committed by counting; earlier entries are committed indirectly (section 5.4.2 and
  // Figure 8).
  if (log_.term_at(index) != term() && !mutated(Mutation::figure8)) return false;
  set_commit_index(index, Reason::quorum_matched, effects);
  return true;
}

// Acts on an advanced commit index. The order matters: C_new is sent together with the news that the joint
// configuration is committed, and a leader that is not in C_new tells the others that it is committed before it steps
// down.
void Raft::tell_of_commit(Instant now, Effects& effects) {
  leave_joint_once_committed(effects);
  send_to_all(now, effects);
  begin_round_if_due(now, effects);  // reads may have waited for an entry of this term to be committed
  step_down_once_removed(now, effects);
}

void Raft::set_commit_index(Index index, Reason reason, Effects& effects) {
  RAFTSIM_ASSERT(index > commit_index_, "the commit index only grows");
  RAFTSIM_ASSERT(index <= log_.last().index, "what is committed is in the log");
  if (role_ == Role::leader) release_committed(commit_index_, index);
  commit_index_ = index;
  observe(AdvancedCommit{index}, reason, effects);
  if (mutated(Mutation::activate_at_apply)) configuration_changed(Reason::configuration_appended, effects);
}

void Raft::observe_progress(std::size_t follower, Reason reason, Effects& effects) const {
  const Progress& progress = leadership_->progress[follower];
  observe(MovedProgress{servers_[follower], progress.state(), progress.match_index(), progress.next_index()}, reason,
          effects);
}

}  // namespace raftsim::core
