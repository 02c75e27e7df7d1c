// Why a server did what it reports.
#pragma once

#include <cstddef>
#include <cstdint>

namespace raftsim::core {

// For people who read a trace; `none` where an adapter has no such word.
enum class Reason : std::uint8_t {
  none,
  election_timeout,  // no leader heard for an election timeout
  won_pre_vote,      // a quorum would grant its vote
  won_election,      // a quorum granted its vote
  only_voter,
  lost_election,          // a quorum denied its vote
  higher_term,            // the remote term is higher
  leader_of_same_term,    // another server won this term
  lost_quorum,            // CheckQuorum: no quorum answered for an election timeout
  stale_term,             // the message is of an older term
  heard_leader_recently,  // leader stickiness
  already_voted,
  log_not_up_to_date,
  not_in_role,           // the role that acts on this message is over
  stale_success,         // an ack that a later one overtook
  stale_rejection,       // a rejection that a later reply overtook
  success,               // an ack moved the progress
  rejection,             // a rejection moved nextIndex back
  probe_timeout,         // no answer to a probe: send it again
  window_stalled,        // nothing acknowledged for too long: back to probing
  missing_previous,      // the follower's log ends before the previous entry
  conflicting_previous,  // the follower has another term at the previous entry
  conflicting_entry,     // an entry of the leader's contradicts the log: truncate
  already_present,       // all entries were there: nothing appended
  quorum_matched,        // a quorum matches this index, and its term is the leader's
  leader_said,           // the leader's commit index, up to the last entry it sent
  new_term,              // the no-op at the start of a term
  overwritten_write,     // the write that completed has been overwritten meanwhile
  compacted_log,         // the follower lacks entries that the log no longer holds: send a snapshot
  stale_snapshot,        // the snapshot ends at or before the commit index
  unexpected_chunk,      // not the chunk that comes next
  stale_chunk_reply,     // an answer to another chunk than the one in flight
  snapshot_complete,     // the last chunk is there
  snapshot_installed,    // the follower has the snapshot
  chunk_timeout,         // no answer to a chunk: send it again
  configuration_appended,
  configuration_rolled_back,  // its entry was truncated
  configuration_restored,     // it came with a snapshot or at the start
  left_joint,                 // C_old,new is committed: C_new follows
  removed,                    // the configuration without this server is committed
  transfer_begun,
  transfer_requested,  // TimeoutNow is sent: the successor has everything
  transfer_timed_out,  // the successor did not take over in time
  timeout_now,         // the leader asked this server to stand
  confirmed_by_quorum,
  confirmed_by_lease,
  too_much_uncommitted,  // a proposal beyond the limit is refused
};
inline constexpr std::size_t reason_count = static_cast<std::size_t>(Reason::too_much_uncommitted) + 1;
[[nodiscard]] const char* describe(Reason reason);  // different for each

}  // namespace raftsim::core
