// The options of a Raft server: timing, flow control, and policies worth comparing.
#pragma once

#include <cstdint>

#include "core/mutation.hpp"
#include "core/types.hpp"

namespace raftsim::core {

// How a leader finds the point where a follower's log agrees with its own after a rejection.
enum class Backtracking : std::uint8_t {
  conflict_term,  // skip a whole term per round trip, from both sides (paper, end of section 5.3)
  decrement,      // nextIndex - 1 per round trip, as in the paper's text and many tutorials
};

// What makes a leader send to a follower again, besides proposals, heartbeats and deadlines.
enum class SendOn : std::uint8_t {
  progress,     // a reply that brings news
  every_reply,  // any reply, even one that later replies have overtaken
};

// When a leader sends to a follower whose log did not match, with a lower nextIndex.
enum class AfterRejection : std::uint8_t {
  at_once,
  heartbeat,  // with the next heartbeat: one attempt per interval, as in programs that replicate from a ticker
};

struct Options {
  // Heartbeats should be at most half the minimum election timeout (dissertation, section 9.2).
  Duration heartbeat_interval = std::chrono::milliseconds(50);
  // A randomized election timeout is drawn from [min, max] by the caller (see Raft::set_next_election_timeout); leader
  // stickiness and CheckQuorum use the minimum.
  Duration election_timeout_min = std::chrono::milliseconds(150);
  Duration election_timeout_max = std::chrono::milliseconds(300);

  // A candidate that has no answer from a voter for this long asks it again: "servers retry RPCs" (paper, section 5.1).
  // It matters where answers are lost or late, since a new term makes all that are under way worthless. 0: never.
  Duration vote_retry{};

  // A new timeout is drawn each time the election timer restarts (LogCabin), not only for each attempt and each leader.
  bool redraw_election_timeout = false;

  bool pre_vote = true;           // dissertation, section 9.6
  bool check_quorum = true;       // a leader that hears no quorum for an election timeout steps down (section 6.2)
  bool leader_stickiness = true;  // no vote within the minimum timeout after hearing a leader (section 4.2.3)

  Backtracking backtracking = Backtracking::conflict_term;
  // Whether a stale reply may change the leader's view. On: a reply that later ones have overtaken changes nothing.
  // Off: Figure 2 taken literally, as it is often implemented: matchIndex and nextIndex become what the reply says,
  // whenever it was sent. Replies that arrive in order have the same effect either way.
  bool stale_ack_guard = true;
  AfterRejection after_rejection = AfterRejection::at_once;
  // A leader sends entries only once they are on its own disk, while its heartbeats go on: not section 10.2.1 of the
  // dissertation. A leader whose disk hangs then keeps the whole cluster waiting.
  bool replicate_after_fsync = false;
  // When the leader sends next. With the guard on, every_reply sends nothing extra: everything in flight is accounted
  // for. With it off, each late reply immediately resends everything from the nextIndex it went back to.
  SendOn send_on = SendOn::progress;

  // Flow control to one follower in replicate state; in probe state one message is in flight at a time. At a limit
  // nothing is dropped or reported: entries stay in the log and are sent when acks make room. If no ack opens the
  // window for `resend_after`, everything in it is considered lost.
  std::uint32_t max_inflight_messages = 64;          // send no further message while this many are unacknowledged
  std::uint64_t max_inflight_bytes = 1U << 20U;      // nor while this much is; exceeded by one message at most
  std::uint32_t max_entries_per_message = 64;        // the rest goes into the next message
  std::uint64_t max_bytes_per_message = 64U << 10U;  // likewise; a larger entry is sent alone

  // A message in flight that is unanswered for this long is considered lost: a window goes back to probing; a probe or
  // a chunk is sent again, with a longer wait each time (RetransmissionTimer). This deadline is independent of
  // heartbeats.
  Duration resend_after = std::chrono::milliseconds(100);

  // --- snapshots (paper, section 7) ---
  std::uint64_t snapshot_chunk_bytes = 16U << 10U;  // bytes of the state in one InstallSnapshot
  // Entries before the snapshot's last index that stay in the log, so that slightly lagging followers need no snapshot.
  std::uint64_t trailing_entries = 0;

  // --- proposals ---
  // Limit on the wire size of a leader's uncommitted entries. A batch that would exceed it is rejected as a whole
  // (Refusal::too_much_uncommitted) unless nothing is outstanding. Entries that Raft itself appends count but are never
  // rejected. 0: no limit.
  std::uint64_t max_uncommitted_bytes = 0;

  // --- membership (dissertation, section 4.2.1) ---
  bool learners_first = true;  // only a learner that has caught up may become a voter

  // --- leadership transfer (dissertation, section 3.10) ---
  Duration transfer_timeout = std::chrono::milliseconds(300);  // then the leader continues to lead

  // --- reads (dissertation, section 6.4) ---
  // A leader answers reads without a round while its lease lasts. Requires check_quorum and leader_stickiness. Servers
  // then also grant no votes for an election timeout after a restart, since they may have forgotten a leader.
  bool lease_reads = false;
  // The maximum number of waiting reads on a server, whether leader or follower. Further reads are rejected at once as
  // unconfirmed.
  std::uint32_t max_waiting_reads = 4096;
  // The maximum drift between the clocks of two servers, in thousandths. The lease is shortened accordingly.
  std::uint32_t max_clock_drift_permille = 0;

  Mutations mutations;  // known bugs to plant; none in a plain build
  friend bool operator==(const Options&, const Options&) = default;
};

}  // namespace raftsim::core
