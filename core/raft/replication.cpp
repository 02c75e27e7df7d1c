// The leader's side of the log: replication (paper, section 5.3) and commitment (section 5.4.2).
#include <algorithm>
#include <utility>

#include "core/assertion.hpp"
#include "core/raft/quorum.hpp"
#include "core/raft/raft.hpp"

namespace raftsim::core {

void Raft::become_leader(Instant now, Effects& effects) {
  RAFTSIM_ASSERT(role_ == Role::candidate, "only a candidate wins an election");
  role_ = Role::leader;
  leader_ = self_;
  progress_.assign(servers_.size(), Progress(log_.last().index.next(), now));
  catch_up_.assign(servers_.size(), CatchUp());
  heartbeat_at_ = now + options_.heartbeat_interval;
  check_quorum_at_ = now + options_.election_timeout_min;
  observe(BecameRole{role_, term()}, deciding_.voters == ServerSet{self_} ? Reason::only_voter : Reason::won_election,
          effects);
  // An entry of the own term, or nothing of earlier terms could be committed until a client comes (dissertation,
  // section 6.4).
  count_uncommitted();
  append(Entry{.term = term(), .kind = EntryKind::no_op, .payload = {}}, Reason::new_term, effects);
  save_entries(log_.last().index, effects);
  send_to_all(now, effects);
}

// --- the clock ---

void Raft::wake_leader(Instant now, Effects& effects) {
  if (options_.check_quorum && now >= check_quorum_at_) {
    if (!heard_quorum(now)) {
      become_follower(now, Reason::lost_quorum, effects);
      return;
    }
    check_quorum_at_ = now + options_.election_timeout_min;
  }
  give_up_late_transfer(now, effects);
  if (now < heartbeat_at_) return;
  heartbeat_at_ = now + options_.heartbeat_interval;
  begin_heartbeat_round(now);
  for (std::size_t follower = 0; follower < servers_.size(); ++follower) {
    if (servers_[follower] == self_) continue;
    const bool waits_for_ever =
        mutated(Mutation::snap_status_lost) && progress_[follower].state() == ProgressState::snapshot;
    if (progress_[follower].overdue(now, options_.resend_after) && !waits_for_ever) {
      observe_progress(follower, progress_[follower].give_up_waiting(), effects);
    }
    if (!send_entries(follower, now, effects)) send_heartbeat(follower, effects);
  }
  if (read_rounds_.sent() > read_rounds_.confirmed()) confirm_rounds(now, effects);  // it may be the only voter
}

// CheckQuorum: whether a quorum answered within the last election timeout (dissertation, section 6.2).
bool Raft::heard_quorum(Instant now) const {
  ServerSet heard;
  for (std::size_t i = 0; i < servers_.size(); ++i) {
    if (servers_[i] == self_ || progress_[i].heard_at() > now - options_.election_timeout_min)
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

// The entries that a follower lacks, as far as its window admits. When it lacks none but can commit more than it was
// told, an empty message tells it.
void Raft::bring_up_to_date(std::size_t follower, Instant now, Effects& effects) {
  if (send_entries(follower, now, effects)) return;
  const Progress& progress = progress_[follower];
  if (progress.state() == ProgressState::replicate &&
      progress.told_commit_index() < std::min(commit_index_, progress.match_index())) {
    send_heartbeat(follower, effects);
  }
}

// Returns whether anything was sent.
bool Raft::send_entries(std::size_t follower, Instant now, Effects& effects) {
  Progress& progress = progress_[follower];
  bool sent = false;
  if (needs_snapshot(progress)) begin_snapshot(follower, effects);
  if (progress.state() == ProgressState::snapshot) return send_chunk(follower, now, effects);
  while (progress.may_send(options_) &&
         (progress.state() == ProgressState::probe || progress.next_index() <= log_.last().index)) {
    const Index first = progress.next_index();
    const EntryBatch& entries = recent_batch_.from(first, log_, options_);
    send_append(follower, first.previous(), entries, effects);
    progress.sent(recent_batch_.last(), recent_batch_.bytes(), now);
    sent = true;
  }
  return sent;
}

// Starts from match_index, not from next_index: it overtakes nothing that is in flight, so it cannot be rejected. Where
// match_index is compacted, from the base entry that all logs share.
void Raft::send_heartbeat(std::size_t follower, Effects& effects) {
  const Index match = progress_[follower].match_index();
  send_append(follower, match < log_.base().index ? Index{0} : match, EntryBatch(), effects);
}

void Raft::send_append(std::size_t follower, Index previous, EntryBatch entries, Effects& effects) {
  const auto previous_term = log_.term_at(previous);
  RAFTSIM_ASSERT(previous_term.has_value(), "a leader sends entries that follow one of its own log");
  progress_[follower].told_commit(std::min(commit_index_, previous + entries.size()));
  send(servers_[follower],
       AppendEntries{.previous = {previous, *previous_term},
                     .leader_commit = commit_index_,
                     .entries = std::move(entries),
                     .round = read_rounds_.sent()},
       effects);
}

// --- replies ---

// Whose reply of the present term this is; servers_.size() when it is nothing to this server.
std::size_t Raft::answering_follower(Instant now, const Message& message, Effects& effects) {
  if (role_ != Role::leader) {
    ignore(message, Reason::not_in_role, effects);
    return servers_.size();
  }
  const std::size_t follower = position_of(message.from);
  if (follower < servers_.size()) progress_[follower].heard(now);
  return follower;
}

void Raft::handle(Instant now, const Message& message, const AppendEntriesReply& reply, Effects& effects) {
  const std::size_t follower = answering_follower(now, message, effects);
  if (follower == servers_.size()) return;
  Progress& progress = progress_[follower];
  if (reply.round > read_rounds_.confirmed() && message.term == term()) {
    heed_round(now, message.from, reply.round, effects);
  }

  Reason outcome = Reason::none;
  if (reply.success) {
    const Index acked = reply.previous + reply.count;
    RAFTSIM_ASSERT(acked <= log_.last().index, "a follower confirms what this leader sent");
    outcome = progress.acknowledge(acked, now, options_.stale_ack_guard && !mutated(Mutation::match_overwrite));
  } else if (reply.previous == Index{0}) {
    // Every log agrees at index 0. What is refused is a request of an earlier term, in which this server led too, by
    // somebody who had entered the present term already.
    outcome = Reason::stale_rejection;
  } else if (mutated(Mutation::empty_joiner_no_base) && reply.last_index == Index{0} && log_.base().index > Index{0}) {
    outcome = Reason::stale_rejection;
  } else {
    outcome = progress.reject(reply.previous, candidate_after(reply),
                              options_.stale_ack_guard && !mutated(Mutation::blind_decrement));
  }
  if (outcome == Reason::stale_success || outcome == Reason::stale_rejection) {
    ignore(message, outcome, effects);
    return;
  }
  if (outcome != Reason::none) observe_progress(follower, outcome, effects);
  if (transfer_.waits_for(message.from)) hand_over_if_caught_up(effects);
  // What is committed already adds nothing to a quorum for more.
  const bool may_commit = outcome == Reason::success && progress.match_index() > commit_index_;
  if (!configuration().votes(message.from)) follow_catch_up(follower, now, effects);
  if (may_commit && advance_commit_by_quorum(effects)) {
    tell_of_commit(now, effects);
  } else {
    bring_up_to_date(follower, now, effects);
  }
}

// Where to look next after a rejection. The follower has nothing of a term above conflict.term up to the rejected
// index; so the logs agree at best where the leader's terms are no higher either (paper, end of section 5.3, for both
// sides). The leader's term there differs from conflict.term or its index is smaller, so each round trip skips a whole
// term of one of the logs.
Index Raft::candidate_after(const AppendEntriesReply& rejection) const {
  RAFTSIM_ASSERT(rejection.previous > Index{0}, "every log agrees at index 0");
  const Index before = rejection.previous.previous();
  if (options_.backtracking == Backtracking::decrement || mutated(Mutation::linear_backtrack)) return before;
  // What is compacted here, since it was sent, cannot be looked at; the follower gets a snapshot.
  if (rejection.conflict.index < log_.base().index) return std::min(before, rejection.conflict.index);
  return std::min(before, log_.last_with_term_at_most(rejection.conflict.index, rejection.conflict.term).index);
}

// --- commitment (paper, sections 5.3 and 5.4.2) ---

// Returns whether the commit index grew.
bool Raft::advance_commit_by_quorum(Effects& effects) {
  // The leader is a server like any other: it counts what its own disk has confirmed, and only where it votes.
  const Index own = mutated(Mutation::self_not_durable) ? log_.last().index : stable_index();
  const Index index = quorum_index(deciding_, servers_, [&](std::size_t member) {
    return servers_[member] == self_ ? own : progress_[member].match_index();
  });
  if (index <= commit_index_) return false;
  // Only entries of the own term are committed by counting; those before them are committed along (section 5.4.2 and
  // Figure 8).
  if (log_.term_at(index) != term() && !mutated(Mutation::figure8)) return false;
  set_commit_index(index, Reason::quorum_matched, effects);
  return true;
}

// What follows from a commit index that has grown, in this order: C_new goes out along with the news that the joint
// configuration is committed, and a leader that is not in C_new tells the others that it is committed before it leaves.
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
  const Progress& progress = progress_[follower];
  observe(MovedProgress{servers_[follower], progress.state(), progress.match_index(), progress.next_index()}, reason,
          effects);
}

}  // namespace raftsim::core
