// Why a server did what it reports.
#pragma once

#include <cstddef>
#include <cstdint>

namespace raftsim::core {

// For readers of a trace. Adapters without a matching reason report `none`.
enum class Reason : std::uint8_t {
  none,
  election_timeout,  // no leader heard for an election timeout
  won_pre_vote,      // a quorum would grant its vote
  won_election,      // a quorum granted its vote
  only_voter,
  lost_election,          // a quorum denied its vote
  higher_term,            // the remote term is higher
  leader_of_same_term,    // another server leads this term
  lost_quorum,            // CheckQuorum: no quorum answered for an election timeout
  stale_term,             // the message is of an older term
  heard_leader_recently,  // leader stickiness
  already_voted,
  log_not_up_to_date,
  not_in_role,           // this server is no longer in the role that handles this message
  stale_success,         // an ack that was overtaken by a later one
  stale_rejection,       // a rejection that was overtaken by a later reply
  success,               // an ack moved the progress
  rejection,             // a rejection moved nextIndex back
  probe_timeout,         // no answer to a probe: send it again
  window_stalled,        // no ack for too long: back to probing
  missing_previous,      // the follower's log ends before the previous entry
  conflicting_previous,  // the follower has another term at the previous entry
  conflicting_entry,     // an entry from the leader conflicts with the log: truncate
  already_present,       // all entries were already in the log: nothing appended
  quorum_matched,        // a quorum matches this index, and its term is the leader's
  leader_said,           // the leader's commit index, up to the last entry it sent
  new_term,              // the no-op at the start of a term
  overwritten_write,     // the completed write was overwritten in the meantime
  compacted_log,         // the follower lacks compacted entries: send a snapshot
  stale_snapshot,        // the snapshot ends at or before the commit index
  unexpected_chunk,      // not the next expected chunk
  stale_chunk_reply,     // a reply to a chunk other than the one in flight
  snapshot_complete,     // the last chunk has arrived
  snapshot_installed,    // the follower has the snapshot
  chunk_timeout,         // no answer to a chunk: send it again
  configuration_appended,
  configuration_rolled_back,  // its entry was truncated
  configuration_restored,     // it came with a snapshot or at boot
  left_joint,                 // C_old,new is committed: C_new follows
  removed,                    // the configuration without this server is committed
  transfer_begun,
  transfer_requested,  // TimeoutNow is sent: the successor has the whole log
  transfer_timed_out,  // the successor did not take over in time
  timeout_now,         // the leader asked this server to start an election
  confirmed_by_quorum,
  confirmed_by_lease,
  too_much_uncommitted,  // a proposal beyond the limit is rejected
};
inline constexpr std::size_t reason_count = static_cast<std::size_t>(Reason::too_much_uncommitted) + 1;
[[nodiscard]] const char* describe(Reason reason);  // different for each

}  // namespace raftsim::core
