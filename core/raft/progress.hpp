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

// What a reply did to the leader's view of the follower.
enum class AckOutcome : std::uint8_t {
  moved,      // it brought news, and the view follows it
  unchanged,  // it is true, and known already
  stale,      // later replies have overtaken it: ignored
  rewound,    // later replies have overtaken it, and the view went back to it: what the guard prevents
};

// probe:     where the logs agree is not known. One message at a time asks whether they agree at next_index - 1.
// replicate: the logs agree up to match_index, and a window of messages follows it without waiting for answers.
// snapshot:  the follower lacks entries that the leader's log no longer holds. A snapshot is on its way, one chunk at a
//            time, and no entries are sent before the follower has it.
//
// Why a reply may be stale. The network delays, repeats and reorders. All replies that get here are of the current term
// (Raft drops the others). From that follows one fact, on which every rule of progress.cpp rests:
//
//   Within a term, the prefix on which leader and follower agree only grows.
//
// A term has one leader; a leader's log only grows; and a follower removes an entry only when an entry of its leader's
// contradicts it (paper, section 5.3), which an entry that it has from this leader, or shares with it, never does. A
// crash does not shorten that prefix below match_index either: a follower acknowledges what is durable and nothing else.
class Progress {
 public:
  Progress() = default;
  Progress(Index next_index, Instant now) : next_index_(next_index), heard_at_(now) {}

  [[nodiscard]] ProgressState state() const { return state_; }
  [[nodiscard]] Index match_index() const { return match_index_; }
  [[nodiscard]] Index next_index() const { return next_index_; }
  [[nodiscard]] const Inflight& inflight() const { return inflight_; }
  [[nodiscard]] const SnapshotTransfer& transfer() const { return transfer_; }
  // The largest commit index that the follower can have taken from what was sent to it.
  [[nodiscard]] Index told_commit_index() const { return told_commit_index_; }
  [[nodiscard]] Instant heard_at() const { return heard_at_; }

  // --- replies of the current term; `log` is the leader's ---
  // To be called for each, before its content is looked at: the follower is alive.
  void heard(Instant now);
  AckOutcome answer(const AppendEntriesReply& reply, const Log& log, Instant now, const Options& options);
  // To a chunk that did not complete the snapshot: moved or stale.
  AckOutcome answer_chunk(const InstallSnapshotReply& reply);
  // The follower has a snapshot up to `last` durably, or had gone beyond it. Says about the log what a success of
  // AppendEntries up to `last` says.
  AckOutcome installed_snapshot(Index last, Instant now, const Options& options);

  // The two kinds of AppendEntriesReply. The follower matches up to `acked`, durably.
  AckOutcome acknowledge(Index acked, Instant now, const Options& options);
  // The logs disagreed at rejection.previous when it was written.
  AckOutcome reject(const AppendEntriesReply& rejection, const Log& log, const Options& options);

  // --- sending ---
  [[nodiscard]] bool may_send(const Options& options) const;
  // The message that goes out next asks an unanswered question again. It carries no entries: those of the first message
  // may be on their way still, and a link on which answers are late is not helped by a second copy of a whole batch.
  [[nodiscard]] bool asks_again() const { return state_ == ProgressState::probe && asked_before_; }
  // The next message would carry entries that are in flight: nextIndex was taken back by a late ack (AckOutcome::rewound).
  [[nodiscard]] bool would_repeat() const { return state_ == ProgressState::replicate && next_index_ <= sent_up_to_; }
  // Entries next_index..last were sent; last < next_index when there were none.
  void sent(Index last, std::uint64_t bytes, Instant now);
  void told_commit(Index index) { told_commit_index_ = std::max(told_commit_index_, index); }
  // From here on a snapshot is sent. Precondition: it ends after match_index.
  void become_snapshot(SharedSnapshot snapshot);
  void sent_chunk(Instant now) { transfer_.sent(now); }

  // --- silence ---
  // When something in flight is unanswered for so long that it is taken for lost; `never` when nothing is in flight.
  // What is heard or sent may bring it forward, so ask again after each.
  [[nodiscard]] Instant resend_at(const Options& options) const;
  // Take it for lost: ask again, send the chunk again, or go from replicating back to probing from match_index on.
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

  // Invariant, unless the guard is off: 0 <= match_index < next_index <= 1 + the leader's last index.
  // The follower's log equals the leader's up to match_index, durably. Within a term it only grows.
  Index match_index_;
  // The first entry of the next message. probe: it stays until the probe is answered, and match_index < next_index.
  // replicate: all entries in (match_index, next_index) have been sent. snapshot: the entry after the snapshot.
  Index next_index_{1};
  // Invariant: told_commit_index <= the leader's commit index.
  Index told_commit_index_;

  // probe: whether a message that asks about next_index - 1 is in flight; no other goes out until it is answered or
  // taken for lost. False in the other states.
  bool probe_unanswered_ = false;
  // probe: whether the present question was sent before, and taken for lost. False in the other states.
  bool asked_before_ = false;
  // The last entry that went out in this state and is not taken for lost. probe: an ack up to here confirms the entries
  // that went out with the question. replicate: next_index - 1, unless the guard is off and a late ack took that back.
  Index sent_up_to_;
  RetransmissionTimer probe_timer_;  // probe

  // replicate: exactly what has been sent since match_index, unanswered. Empty in the other states.
  Inflight inflight_;
  // When match_index last grew: a window that moves is not lost.
  Instant progressed_at_{};

  // snapshot: the one that is on its way. Empty in the other states.
  SnapshotTransfer transfer_;

  Instant heard_at_{};  // when any reply of this term last came in, for CheckQuorum
};

}  // namespace raftsim::core
