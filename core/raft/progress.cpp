#include "core/raft/progress.hpp"

#include <utility>

#include "core/assertion.hpp"

namespace raftsim::core {

namespace {

bool follows_stale_acks(const Options& options) {
  return !options.stale_ack_guard || options.mutations.has(Mutation::match_overwrite);
}
bool follows_stale_rejections(const Options& options) {
  return !options.stale_ack_guard || options.mutations.has(Mutation::blind_decrement);
}

// Where to probe next after a rejection: the largest index below the rejected one at which the logs may match.
//
// Up to the rejected index the follower has no entry of a term above conflict.term. So the logs can match only where
// the leader's terms are no higher either (paper, end of section 5.3, for both sides). There either the leader's term
// differs from conflict.term or the index is smaller, so each round trip skips a whole term of one of the logs.
Index candidate_after(const AppendEntriesReply& rejection, const Log& log, const Options& options) {
  const Index before = rejection.previous.previous();
  if (options.backtracking == Backtracking::decrement || options.mutations.has(Mutation::linear_backtrack)) {
    return before;
  }
  // Entries compacted here since the message was sent cannot be compared; the follower gets a snapshot.
  if (rejection.conflict.index < log.base().index) return std::min(before, rejection.conflict.index);
  return std::min(before, log.last_with_term_at_most(rejection.conflict.index, rejection.conflict.term).index);
}

}  // namespace

// --- replies ---

void Progress::heard(Instant now) {
  heard_at_ = now;
  // A follower that answers anything is back, so probe again soon. That is cheap: a repeated probe carries no entries.
  // A chunk is not cheap; only replies to chunks show that the link carries them.
  probe_timer_.answered();
}

AckOutcome Progress::answer(const AppendEntriesReply& reply, const Log& log, Instant now, const Options& options) {
  if (!reply.success) return reject(reply, log, options);
  const Index acked = reply.previous + reply.count;
  RAFTSIM_ASSERT(acked <= log.last().index, "a follower confirms what this leader sent");
  return acknowledge(acked, now, options);
}

AckOutcome Progress::acknowledge(Index acked, Instant now, const Options& options) {
  return matches_up_to(acked, transfer_.last().index, now, !follows_stale_acks(options));
}

AckOutcome Progress::installed_snapshot(Index last, Instant now, const Options& options) {
  const Index end = transfer_.last().index;
  const Index done = options.mutations.has(Mutation::stuck_after_snapshot) ? end.next() : end;
  return matches_up_to(last, done, now, !follows_stale_acks(options));
}

// A success stays true however late it arrives: the agreed prefix only grows. So the largest one counts, and their
// order does not matter.
AckOutcome Progress::matches_up_to(Index acked, Index snapshot_done, Instant now, bool guarded) {
  if (acked < match_index_) {
    // A larger one has arrived. This one is true but stale.
    if (guarded) return AckOutcome::stale;
    rewind_to(acked);
    return AckOutcome::rewound;
  }
  const bool grew = acked > match_index_;
  const bool probe_answered = state_ == ProgressState::probe && answers_probe(acked);
  const bool snapshot_arrived = state_ == ProgressState::snapshot && acked >= snapshot_done;
  match_index_ = acked;
  // Entries in flight beyond `acked` stay in flight: an ack for less does not contradict them.
  next_index_ = std::max(next_index_, acked.next());
  inflight_.free_up_to(acked);
  if (grew) {
    progressed_at_ = now;
    // It does not answer the probe, but acknowledges entries that were considered lost and are arriving after all.
    // Sending more now would send them twice; keep waiting.
    if (probe_unanswered_) probe_timer_.sent(now);
  }
  if (probe_answered || snapshot_arrived) become_replicate();
  RAFTSIM_ASSERT(next_index_ > match_index_, "next_index is above match_index");
  return grew || probe_answered || snapshot_arrived ? AckOutcome::moved : AckOutcome::unchanged;
}

// Whether the leader now knows where the logs match, and need not wait for what it sent with the probe.
bool Progress::answers_probe(Index acked) const {
  // The success of a heartbeat, which starts from match_index, is for an index before the probed one.
  if (acked.next() < next_index_) return false;
  // No probe is unanswered.
  if (!probe_unanswered_) return true;
  // It confirms the entries that were sent with the probe.
  if (acked >= sent_up_to_) return true;
  // The probe was repeated without entries, and this is what its success looks like. (A heartbeat that starts there
  // looks the same, and means the same: the follower is up and does not have the entries.) A success for more than
  // that, but less than was sent, belongs to an earlier message.
  return asked_before_ && acked.next() == next_index_;
}

// Figure 2 taken literally, as it is often implemented: matchIndex := acknowledged index, nextIndex := one more,
// however old the ack is. What is in flight beyond it is sent again with the next proposal or heartbeat.
void Progress::rewind_to(Index acked) {
  const Index sent = sent_up_to_;
  match_index_ = acked;
  next_index_ = acked.next();
  inflight_.clear();
  become_replicate();
  sent_up_to_ = sent;
}

AckOutcome Progress::reject(const AppendEntriesReply& rejection, const Log& log, const Options& options) {
  // All logs match at index 0, before the first entry. This rejects a request of an earlier term, in which this server
  // also led, by a follower that had already entered the current term. It says nothing about the log.
  if (rejection.previous == Index{0}) return AckOutcome::stale;
  if (options.mutations.has(Mutation::empty_joiner_no_base) && rejection.last_index == Index{0} &&
      log.base().index > Index{0}) {
    return AckOutcome::stale;
  }
  const bool stale = is_stale(rejection);
  if (stale && !follows_stale_rejections(options)) return AckOutcome::stale;
  const Index candidate = candidate_after(rejection, log, options);
  if (stale) {
    become_probe(candidate.next());
    return AckOutcome::rewound;
  }
  // The logs are known to match at match_index, whatever an outdated hint says.
  become_probe(std::max(candidate, match_index_).next());
  waits_for_heartbeat_ = options.after_rejection == AfterRejection::heartbeat;
  return AckOutcome::moved;
}

// A rejection says that, when it was written, the logs did not match at rejection.previous and the follower's log ended
// at rejection.last_index.
bool Progress::is_stale(const AppendEntriesReply& rejection) const {
  // The logs match up to match_index, so they match at `previous`. The agreed prefix only grows, so the follower wrote
  // this before it caught up. (This test and the next two are from ScyllaDB's is_stray_reject.)
  if (rejection.previous <= match_index_) return true;
  // The follower has durably held entry match_index since it acknowledged it: it removes nothing of the agreed prefix
  // in this term, not even in a crash, and installing a snapshot keeps the entries after it if the log has its last
  // entry. So a log that ends before match_index is older than that ack. Without this test such a rejection, for an
  // entry beyond match_index, would cost a round trip of probing although the window is arriving.
  if (rejection.last_index < match_index_) return true;
  switch (state_) {
    case ProgressState::probe:
      // One question is open: do the logs match at next_index - 1? A rejection of another index answers an earlier
      // probe. Acting on it would move next_index back once more for each copy that arrives.
      return rejection.previous.next() != next_index_;
    case ProgressState::replicate:
      // A message in flight follows an entry that the follower lacks: an earlier message was lost or overtaken. A late
      // rejection that passes the tests above looks the same and costs one round trip of probing from match_index + 1
      // or later. It does no other harm: next_index stays above match_index, which does not change.
      return false;
    case ProgressState::snapshot:
      // No AppendEntries with entries is in flight, and heartbeats start where the logs match.
      return true;
  }
  return false;
}

AckOutcome Progress::answer_chunk(const InstallSnapshotReply& reply) {
  const bool answers = state_ == ProgressState::snapshot && transfer_.answer(reply);
  return answers ? AckOutcome::moved : AckOutcome::stale;
}

// --- sending ---

bool Progress::may_send(const Options& options) const {
  if (state_ == ProgressState::snapshot) return false;
  if (state_ == ProgressState::probe) return !probe_unanswered_ && !waits_for_heartbeat_;
  return inflight_.messages() < options.max_inflight_messages && inflight_.bytes() < options.max_inflight_bytes;
}

void Progress::sent(Index last, std::uint64_t bytes, Instant now) {
  RAFTSIM_ASSERT(last.next() >= next_index_, "entries are sent from next_index on");
  sent_up_to_ = std::max(sent_up_to_, last);
  if (state_ == ProgressState::probe) {
    probe_unanswered_ = true;
    probe_timer_.sent(now);
  } else if (last >= next_index_) {
    inflight_.add({last, bytes, now});
    next_index_ = last.next();
  }
}

void Progress::become_snapshot(SharedSnapshot snapshot) {
  become_probe(snapshot->last.index.next());
  RAFTSIM_ASSERT(next_index_ > match_index_, "a snapshot is for who lacks what it stands for");
  state_ = ProgressState::snapshot;
  transfer_ = SnapshotTransfer(std::move(snapshot));
}

// --- silence ---

Instant Progress::resend_at(const Options& options) const {
  switch (state_) {
    case ProgressState::probe:
      return probe_unanswered_ ? probe_timer_.deadline(options) : never;
    case ProgressState::replicate:
      return inflight_.empty() ? never : std::max(inflight_.oldest().at, progressed_at_) + options.resend_after;
    case ProgressState::snapshot:
      return options.mutations.has(Mutation::snap_status_lost) ? never : transfer_.resend_at(options);
  }
  return never;
}

void Progress::give_up_waiting() {
  switch (state_) {
    case ProgressState::probe:
      probe_unanswered_ = false;
      asked_before_ = true;
      probe_timer_.expired();
      return;
    case ProgressState::replicate:
      become_probe(match_index_.next());
      return;
    case ProgressState::snapshot:
      transfer_.give_up_waiting();
      return;
  }
}

// --- states ---

void Progress::become_probe(Index next_index) {
  state_ = ProgressState::probe;
  next_index_ = next_index;
  sent_up_to_ = next_index.previous();
  probe_unanswered_ = false;
  asked_before_ = false;
  waits_for_heartbeat_ = false;
  probe_timer_.answered();
  inflight_.clear();
  transfer_ = {};
}

void Progress::become_replicate() {
  if (state_ == ProgressState::snapshot) transfer_ = {};
  state_ = ProgressState::replicate;
  sent_up_to_ = next_index_.previous();  // what was sent with a probe is acknowledged, or has not arrived
  probe_unanswered_ = false;
  asked_before_ = false;
}

Digest Progress::digest() const {
  Digest result = mix(static_cast<std::uint64_t>(state_),
                      (probe_unanswered_ ? 1U : 0U) | (asked_before_ ? 2U : 0U) | (waits_for_heartbeat_ ? 4U : 0U));
  for (const Index index : {match_index_, next_index_, told_commit_index_, sent_up_to_}) {
    result = mix(result, index.value);
  }
  for (const Instant at : {progressed_at_, heard_at_}) {
    result = mix(result, static_cast<std::uint64_t>(at.time_since_epoch().count()));
  }
  return transfer_.mixed_into(inflight_.mixed_into(probe_timer_.mixed_into(result)));
}

}  // namespace raftsim::core
