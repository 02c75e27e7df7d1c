#include "core/raft/progress.hpp"

#include <algorithm>
#include <utility>

#include "core/assertion.hpp"

namespace raftsim::core {

Reason Progress::acknowledge(Index acked, Instant now, bool guard, bool stuck_after_snapshot) {
  if (!guard) {
    // As it is often written: matchIndex := acked; nextIndex := acked + 1.
    if (acked.next() < next_index_) inflight_.clear();
    inflight_.free_up_to(acked);
    match_index_ = acked;
    next_index_ = acked.next();
    progressed_at_ = now;
    become_replicate();
    return Reason::success;
  }
  if (acked < match_index_) return Reason::stale_success;
  const bool grew = acked > match_index_;
  match_index_ = acked;
  if (grew) progressed_at_ = now;
  inflight_.free_up_to(acked);
  // A heartbeat's success says nothing about the probed position when it lies before it, and nothing about the entries
  // of an unanswered probe when it lies just there.
  const bool answers_probe = state_ == ProgressState::probe && acked.next() >= next_index_ &&
                             (grew || !probe_unanswered_ || acked >= probe_last_);
  const Index enough = stuck_after_snapshot ? transfer_.last().index.next() : transfer_.last().index;
  const bool has_snapshot = state_ == ProgressState::snapshot && acked >= enough;
  next_index_ = std::max(next_index_, acked.next());
  if (answers_probe || has_snapshot) become_replicate();
  RAFTSIM_ASSERT(next_index_ > match_index_, "next_index is above match_index");
  return grew || answers_probe || has_snapshot ? Reason::success : Reason::none;
}

Reason Progress::reject(Index previous, Index candidate, bool guard) {
  if (guard) {
    if (previous <= match_index_ || state_ == ProgressState::snapshot) return Reason::stale_rejection;
    if (state_ == ProgressState::probe && previous.next() != next_index_) return Reason::stale_rejection;
    RAFTSIM_ASSERT(candidate < previous, "a rejection moves the question back");
    become_probe(std::max(candidate, match_index_).next());
    RAFTSIM_ASSERT(next_index_ > match_index_, "next_index is above match_index");
  } else {
    become_probe(candidate.next());
  }
  return Reason::rejection;
}

Reason Progress::answer_chunk(const InstallSnapshotReply& reply) {
  if (state_ != ProgressState::snapshot || !transfer_.answer(reply)) return Reason::stale_chunk_reply;
  return Reason::success;
}

bool Progress::may_send(const Options& options) const {
  if (state_ == ProgressState::snapshot) return false;
  if (state_ == ProgressState::probe) return !probe_unanswered_;
  return inflight_.messages() < options.max_inflight_messages && inflight_.bytes() < options.max_inflight_bytes;
}

void Progress::sent(Index last, std::uint64_t bytes, Instant now) {
  RAFTSIM_ASSERT(last.next() >= next_index_, "entries are sent from next_index on");
  if (state_ == ProgressState::probe) {
    probe_unanswered_ = true;
    probe_last_ = last;
    probe_sent_at_ = now;
  } else if (last >= next_index_) {
    inflight_.add({last, bytes, now});
    next_index_ = last.next();
  }
}

bool Progress::overdue(Instant now, Duration resend_after) const {
  if (state_ == ProgressState::snapshot) return transfer_.overdue(now, resend_after);
  if (state_ == ProgressState::probe) return probe_unanswered_ && now - probe_sent_at_ >= resend_after;
  return !inflight_.empty() && now - std::max(inflight_.oldest().at, progressed_at_) >= resend_after;
}

Reason Progress::give_up_waiting() {
  if (state_ == ProgressState::probe) {
    probe_unanswered_ = false;
    return Reason::probe_timeout;
  }
  if (state_ == ProgressState::snapshot) {
    transfer_.give_up_waiting();
    return Reason::chunk_timeout;
  }
  become_probe(match_index_.next());
  return Reason::window_stalled;
}

void Progress::become_snapshot(SharedSnapshot snapshot) {
  become_probe(snapshot->last.index.next());
  RAFTSIM_ASSERT(next_index_ > match_index_, "a snapshot is for who lacks what it stands for");
  state_ = ProgressState::snapshot;
  transfer_ = SnapshotTransfer(std::move(snapshot));
}

void Progress::become_probe(Index next_index) {
  state_ = ProgressState::probe;
  next_index_ = next_index;
  probe_unanswered_ = false;
  inflight_.clear();
  transfer_ = {};
}

void Progress::become_replicate() {
  if (state_ == ProgressState::snapshot) transfer_ = {};
  state_ = ProgressState::replicate;
  probe_unanswered_ = false;
}

Digest Progress::digest() const {
  Digest result = mix(static_cast<std::uint64_t>(state_), probe_unanswered_ ? 1 : 0);
  for (const Index index : {match_index_, next_index_, told_commit_index_, probe_last_}) {
    result = mix(result, index.value);
  }
  for (const Instant at : {probe_sent_at_, progressed_at_, heard_at_}) {
    result = mix(result, static_cast<std::uint64_t>(at.time_since_epoch().count()));
  }
  return transfer_.mixed_into(inflight_.mixed_into(result));
}

}  // namespace raftsim::core
