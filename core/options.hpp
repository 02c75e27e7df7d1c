// What can be chosen about a Raft server: timing, flow control, and the policies that people compare.
#pragma once

#include <cstdint>

#include "core/mutation.hpp"
#include "core/types.hpp"

namespace raftsim::core {

// How a leader finds the point where a follower's log agrees with its own after a rejection.
enum class Backtracking : std::uint8_t {
  conflict_term,  // skip a whole term per round trip, from both sides (paper, end of section 5.3)
  decrement,      // nextIndex - 1 per round trip, as the paper's text and many tutorials have it
};

// What makes a leader send again to a follower, besides proposals, heartbeats and deadlines.
enum class SendOn : std::uint8_t {
  progress,     // a reply that brings news
  every_reply,  // any reply, also one that later ones have overtaken
};

struct Options {
  // Heartbeats should be at most half the minimum election timeout (dissertation, section 9.2).
  Duration heartbeat_interval = std::chrono::milliseconds(50);
  // A randomized election timeout is drawn from [min, max] by the caller (see Raft::set_next_election_timeout); the
  // minimum is what leader stickiness and CheckQuorum go by.
  Duration election_timeout_min = std::chrono::milliseconds(150);
  Duration election_timeout_max = std::chrono::milliseconds(300);

  bool pre_vote = true;           // dissertation, section 9.6
  bool check_quorum = true;       // a leader that hears no quorum for an election timeout steps down (section 6.2)
  bool leader_stickiness = true;  // who heard a leader within the minimum timeout grants no vote (section 4.2.3)

  Backtracking backtracking = Backtracking::conflict_term;
  // What a reply may move. On: nothing, when later replies have overtaken it. Off is Figure 2 taken by the letter, as
  // it is often written: matchIndex and nextIndex become what the reply says, whenever it was sent. Replies that come
  // in order do the same either way.
  bool stale_ack_guard = true;
  // When the leader sends next. With the guard on, every_reply sends nothing more: what is in flight is accounted for.
  // With it off, each late reply sends again at once what it took nextIndex back to.
  SendOn send_on = SendOn::progress;

  // Flow control to one follower in replicate state; in probe state one message is in flight at a time. At a limit
  // nothing is lost and nobody is told: entries stay in the log, and leave when acknowledgements make room. A window
  // that nothing opens for `resend_after` is taken for lost.
  std::uint32_t max_inflight_messages = 64;          // no further message while this many are unacknowledged
  std::uint64_t max_inflight_bytes = 1U << 20U;      // nor while it is this much: exceeded by one message at most
  std::uint32_t max_entries_per_message = 64;        // what is left goes into the next message
  std::uint64_t max_bytes_per_message = 64U << 10U;  // likewise; an entry that is larger by itself goes alone

  // A message in flight that is not answered for this long is taken for lost: a window goes back to probing, a probe or
  // a chunk is sent again, and waited for longer each time (RetransmissionTimer). A deadline of its own: it does not
  // wait for a heartbeat.
  Duration resend_after = std::chrono::milliseconds(100);

  // --- snapshots (paper, section 7) ---
  std::uint64_t snapshot_chunk_bytes = 16U << 10U;  // of the state in one InstallSnapshot
  // Entries that stay in the log behind a snapshot, so that followers only a little behind need none.
  std::uint64_t trailing_entries = 0;

  // --- proposals ---
  // On the wire, of a leader's entries that are not committed. A batch that would exceed it is refused as a whole
  // (Refusal::too_much_uncommitted) unless nothing is outstanding; the entries that Raft itself appends count and are
  // never refused. 0: no limit.
  std::uint64_t max_uncommitted_bytes = 0;

  // --- membership (dissertation, section 4.2.1) ---
  bool learners_first = true;  // only a learner that has caught up may become a voter

  // --- leadership transfer (dissertation, section 3.10) ---
  Duration transfer_timeout = std::chrono::milliseconds(300);  // then the leader goes on leading

  // --- reads (dissertation, section 6.4) ---
  // A leader answers reads without a round while its lease lasts. Needs check_quorum and leader_stickiness; servers
  // then refuse their votes for an election timeout after a restart, too, since they may have forgotten a leader.
  bool lease_reads = false;
  // How many reads a server lets wait, asked of it as a leader or as a follower; more are refused at once as
  // unconfirmed.
  std::uint32_t max_waiting_reads = 4096;
  // The most by which the clocks of two servers may drift apart, in thousandths; the lease is shorter by as much.
  std::uint32_t max_clock_drift_permille = 0;

  Mutations mutations;  // known bugs to plant; none in a plain build
  friend bool operator==(const Options&, const Options&) = default;
};

}  // namespace raftsim::core
