// A leader's view of one follower (paper, Figure 2: nextIndex, matchIndex), and the one place where replies change it.
#pragma once

#include <cstdint>

#include "core/hash.hpp"
#include "core/observation.hpp"
#include "core/options.hpp"
#include "core/raft/inflight.hpp"
#include "core/raft/snapshot_transfer.hpp"
#include "core/types.hpp"

namespace raftsim::core {

// match_index: the follower's log is known to equal the leader's up to here, durably.
// next_index:  the first entry of the next message.
//
// probe:     where the logs agree is not known. One message at a time; next_index stays until it is answered.
// replicate: the logs agree up to match_index and messages are on their way: next_index is optimistic, ahead of what is
//            acknowledged by at most one window.
// snapshot:  the follower lacks entries that the leader's log no longer holds. A snapshot is on its way; next_index is
//            the entry after it. No entries are sent before the follower has it.
//
// Invariant, as long as stale replies are guarded against: next_index > match_index.
//
// Why a reply may be stale, and what is then right. The network delays, repeats and reorders. All replies that get here
// are of the current term (Raft drops others), and in one term there is one leader, whose log only grows. So the prefix
// on which leader and follower agree only grows during that term: what a follower has stored of this leader's entries
// is never truncated before another leader comes. From this follows:
// - A success for `acked` stays true however late it comes. It may be less than what is known by now: take the maximum.
// - A rejection for `previous` says that the logs did not agree there when it was written. If previous <= match_index
// the
//   follower has caught up since: the rejection is history.
// - While probing, only one question is open: do the logs agree at next_index - 1? A rejection of another position
// answers
//   an earlier question, and acting on it would move next_index back once more for each copy that arrives.
// - While a snapshot is on its way no AppendEntries with entries is: rejections are history. A success counts, and when
//   it reaches the end of the snapshot the follower has no need of it any more. Answers to chunks have their own rule,
//   see SnapshotTransfer.
// - A stale rejection that passes these tests (previous > match_index in replicate state) costs one round trip of
// probing.
//   It can do no more: next_index stays above match_index, and match_index is not touched.
class Progress {
 public:
  Progress() = default;
  Progress(Index next_index, Instant now) : next_index_(next_index), heard_at_(now) {}

  [[nodiscard]] ProgressState state() const { return state_; }
  [[nodiscard]] Index match_index() const { return match_index_; }
  [[nodiscard]] Index next_index() const { return next_index_; }
  [[nodiscard]] const Inflight& inflight() const { return inflight_; }
  [[nodiscard]] bool probe_unanswered() const { return probe_unanswered_; }
  [[nodiscard]] const SnapshotTransfer& transfer() const { return transfer_; }  // in snapshot state
  // The largest commit index that the follower can have taken from what was sent to it.
  [[nodiscard]] Index told_commit_index() const { return told_commit_index_; }
  [[nodiscard]] Instant heard_at() const { return heard_at_; }

  // --- replies; without `guard` each sets the indexes, whenever it was sent ---
  // The follower matches up to `acked`. Returns success, stale_success, or none when nothing changed.
  // With `stuck_after_snapshot` the snapshot's own end does not end its transfer.
  Reason acknowledge(Index acked, Instant now, bool guard, bool stuck_after_snapshot = false);
  // The logs disagree at `previous`; they may agree at `candidate`, which is smaller. Returns rejection or
  // stale_rejection.
  Reason reject(Index previous, Index candidate, bool guard);
  // An answer to a chunk that did not complete the snapshot. Returns success or stale_chunk_reply.
  Reason answer_chunk(const InstallSnapshotReply& reply);
  // Any reply of the current term.
  void heard(Instant now) { heard_at_ = now; }

  // --- sending ---
  [[nodiscard]] bool may_send(const Options& options) const;
  // Entries next_index..last were sent; last < next_index when there were none.
  void sent(Index last, std::uint64_t bytes, Instant now);
  void told_commit(Index index) { told_commit_index_ = std::max(told_commit_index_, index); }
  // Whether something in flight is unanswered for so long that it is taken for lost.
  [[nodiscard]] bool overdue(Instant now, Duration resend_after) const;
  // From here on a snapshot is sent. Precondition: it ends after match_index.
  void become_snapshot(SharedSnapshot snapshot);
  void sent_chunk(Instant now) { transfer_.sent(now); }
  // Take it for lost: probe from match_index on, or send the chunk again. Returns window_stalled, probe_timeout or
  // chunk_timeout.
  Reason give_up_waiting();

  [[nodiscard]] Digest digest() const;
  friend bool operator==(const Progress&, const Progress&) = default;

 private:
  void become_probe(Index next_index);
  void become_replicate();

  ProgressState state_ = ProgressState::probe;
  bool probe_unanswered_ = false;
  Index match_index_;
  Index next_index_{1};
  Index told_commit_index_;
  Index probe_last_;           // probe: what a success for the whole unanswered message would acknowledge
  Instant probe_sent_at_{};    // probe
  Instant progressed_at_{};    // when match_index last grew
  Instant heard_at_{};         // for CheckQuorum
  Inflight inflight_;          // replicate
  SnapshotTransfer transfer_;  // snapshot
};

}  // namespace raftsim::core
