// A leader's view of one follower (paper, Figure 2: nextIndex, matchIndex), and the one place where replies change it.
#pragma once

#include <algorithm>
#include <cstdint>

#include "core/hash.hpp"
#include "core/message.hpp"
#include "core/observation.hpp"
#include "core/options.hpp"
#include "core/raft/inflight.hpp"
#include "core/raft/log.hpp"
#include "core/raft/retransmission_timer.hpp"
#include "core/raft/snapshot_transfer.hpp"
#include "core/types.hpp"

namespace raftsim::core {

// The effect of a reply on the leader's view of the follower.
enum class AckOutcome : std::uint8_t {
  moved,      // it was news and updated the view
  unchanged,  // it is true, but already known
  stale,      // later replies have overtaken it: ignored
  rewound,    // later replies have overtaken it, and the view went back to it; the guard prevents this
};

// probe:     it is not known where the logs match. One message at a time asks whether they match at next_index - 1.
// replicate: the logs match up to match_index, and a window of messages follows without waiting for answers.
// snapshot:  the follower lacks entries that the leader's log no longer holds. A snapshot is being transferred, one
//            chunk at a time, and no entries are sent before the follower has it.
//
// Why a reply may be stale. The network delays, duplicates and reorders. All replies that get here are of the current
// term (Raft drops the others). This implies one fact, on which every rule in progress.cpp rests:
//
//   Within a term, the prefix on which leader and follower agree only grows.
//
// A term has one leader; a leader's log only grows; and a follower removes an entry only when it conflicts with an
// entry of its leader (paper, section 5.3), which an entry from this leader, or shared with it, never does. A crash
// does not shorten that prefix below match_index either: a follower acknowledges only what is durable.
class Progress {
 public:
  Progress() = default;
  Progress(Index next_index, Instant now) : next_index_(next_index), heard_at_(now) {}

  [[nodiscard]] ProgressState state() const { return state_; }
  [[nodiscard]] Index match_index() const { return match_index_; }
  [[nodiscard]] Index next_index() const { return next_index_; }
  [[nodiscard]] const Inflight& inflight() const { return inflight_; }
  [[nodiscard]] const SnapshotTransfer& transfer() const { return transfer_; }
  // The largest commit index that the follower can have learned from what was sent to it.
  [[nodiscard]] Index told_commit_index() const { return told_commit_index_; }
  [[nodiscard]] Instant heard_at() const { return heard_at_; }

  // --- replies of the current term; `log` is the leader's ---
  // Call for each reply, before examining its content: the follower is alive.
  void heard(Instant now);
  AckOutcome answer(const AppendEntriesReply& reply, const Log& log, Instant now, const Options& options);
  // A reply to a chunk that did not complete the snapshot. Returns moved or stale.
  AckOutcome answer_chunk(const InstallSnapshotReply& reply);
  // The follower durably has a snapshot up to `last`, or was already past it. This means the same for the log as a
  // successful AppendEntries up to `last`.
  AckOutcome installed_snapshot(Index last, Instant now, const Options& options);

  // The two kinds of AppendEntriesReply. On success the follower durably matches up to `acked`.
  AckOutcome acknowledge(Index acked, Instant now, const Options& options);
  // The logs did not match at rejection.previous when it was written.
  AckOutcome reject(const AppendEntriesReply& rejection, const Log& log, const Options& options);

  // --- sending ---
  [[nodiscard]] bool may_send(const Options& options) const;
  // The next message repeats an unanswered probe. It carries no entries: those of the first message may still be in
  // flight, and a second copy of a whole batch would only slow down a link on which replies are already late.
  [[nodiscard]] bool asks_again() const { return state_ == ProgressState::probe && asked_before_; }
  // The next message would carry entries that are in flight: a late ack moved nextIndex back (AckOutcome::rewound).
  [[nodiscard]] bool would_repeat() const { return state_ == ProgressState::replicate && next_index_ <= sent_up_to_; }
  // Entries next_index..last were sent; last < next_index if there were none.
  void sent(Index last, std::uint64_t bytes, Instant now);
  void heartbeat_due() { waits_for_heartbeat_ = false; }
  void told_commit(Index index) { told_commit_index_ = std::max(told_commit_index_, index); }
  // Starts sending a snapshot. Precondition: it ends after match_index.
  void become_snapshot(SharedSnapshot snapshot);
  void sent_chunk(Instant now) { transfer_.sent(now); }

  // --- silence ---
  // When the oldest message in flight is considered lost; `never` if nothing is in flight. Hearing from or sending to
  // the follower may move it earlier, so query it again afterwards.
  [[nodiscard]] Instant resend_at(const Options& options) const;
  // Considers it lost: repeats the probe, resends the chunk, or goes from replicate back to probe, from match_index on.
  void give_up_waiting();

  [[nodiscard]] Digest digest() const;
  friend bool operator==(const Progress&, const Progress&) = default;

 private:
  [[nodiscard]] bool is_stale(const AppendEntriesReply& rejection) const;
  [[nodiscard]] bool answers_probe(Index acked) const;
  AckOutcome matches_up_to(Index acked, Index snapshot_done, Instant now, bool guarded);
  void rewind_to(Index acked);
  void become_probe(Index next_index);
  void become_replicate();

  ProgressState state_ = ProgressState::probe;

  // Invariant, unless the guard is off: 0 <= match_index < next_index <= 1 + the leader's last index. The follower's
  // log durably equals the leader's up to match_index. Within a term it only grows.
  Index match_index_;
  // The first entry of the next message. probe: unchanged until the probe is answered; match_index < next_index.
  // replicate: all entries in (match_index, next_index) have been sent. snapshot: the entry after the snapshot.
  Index next_index_{1};
  // Invariant: told_commit_index <= the leader's commit index.
  Index told_commit_index_;

  // probe: whether a message that probes next_index - 1 is in flight. No other is sent until it is answered or
  // considered lost. False in the other states.
  bool probe_unanswered_ = false;
  // probe: whether the current probe was sent before and considered lost. False in the other states.
  bool asked_before_ = false;
  // The last entry that was sent in this state and is not considered lost. probe: an ack up to here confirms the
  // entries sent with the probe. replicate: next_index - 1, unless the guard is off and a late ack moved it back.
  Index sent_up_to_;
  RetransmissionTimer probe_timer_;  // probe

  // probe: the last one was rejected, and the next one goes with a heartbeat (AfterRejection).
  bool waits_for_heartbeat_ = false;

  // replicate: exactly what has been sent after match_index and is unanswered. Empty in the other states.
  Inflight inflight_;
  // When match_index last grew: a window that advances is not lost.
  Instant progressed_at_{};

  // snapshot: the one being transferred. Empty in the other states.
  SnapshotTransfer transfer_;

  Instant heard_at_{};  // when any reply of this term last arrived, for CheckQuorum
};

}  // namespace raftsim::core
