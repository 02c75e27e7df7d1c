// What a server says about itself as it happens: the only thing besides the wire and the disk that checkers and traces
// may go by. An adapter for another Raft says the same things.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/configuration.hpp"
#include "core/hash.hpp"
#include "core/types.hpp"

namespace raftsim::core {

enum class Role : std::uint8_t { follower, pre_candidate, candidate, leader };
[[nodiscard]] const char* name_of(Role role);

// How a leader sends to one follower (names of etcd-io/raft's tracker).
enum class ProgressState : std::uint8_t {
  probe,      // where the logs agree is unknown: one message at a time
  replicate,  // known to agree up to match_index: a window of messages in flight
  snapshot,   // it lacks entries that the leader's log no longer holds: one chunk of a snapshot at a time
};
[[nodiscard]] const char* name_of(ProgressState state);

enum class ObservationKind : std::uint8_t {
  booted,           // term, peer = vote, index = last index recovered from the disk, next = last of the snapshot
  became,           // role, term
  adopted_term,     // term
  granted_vote,     // term, peer = candidate; decided, the reply has yet to leave
  received_vote,    // term, peer = voter; counted by a candidate
  proposed,         // index, term: a leader took a client's command
  appended,         // index, term, digest = digest_of(entry)
  truncated,        // index = the first index removed
  stored,           // index = last index this server holds durable, by its own account
  advanced_commit,  // index, term = current term
  applied,          // index, digest = digest_of(entry), machine = digest of the state machine after it, next = where
  // its command took effect: at index, at an earlier one (a duplicate), or 0 (refused, or no command);
  // client, sequence = whose command it was
  moved_progress,   // peer, index = match, next, state: a leader's view of a follower changed
  ignored,          // a message, completion or proposal was not acted upon; `reason` says why
  rejected_append,  // peer = leader, index = previous of the request, next = hinted index
  configured,       // configuration in force from now on; index of its entry, or of the snapshot or base it came with
  took_snapshot,    // index, term = last included; digest of the snapshot, machine = of the state machine there
  installed_snapshot,  // peer = leader, index, term = last included; digest, machine as restored from it; next = last
                       // index of the log: what follows the snapshot was there and stays
  compacted,           // index, term = the log's base now: what is before is in a snapshot
  transferring,        // a leader hands over to peer, or gives that up, as `reason` says
  read_confirmed,      // index = the read index, digest = the read's number: by a leader, of a read asked of it
  caught_up,           // peer = the learner that may become a voter (dissertation, section 4.2.1), index = its match
};
inline constexpr std::size_t observation_kind_count = 21;
[[nodiscard]] const char* name_of(ObservationKind kind);

// Why it was done, for people who read a trace.
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

struct Observation {
  ObservationKind kind = ObservationKind::ignored;
  Reason reason = Reason::none;
  Role role = Role::follower;
  ProgressState state = ProgressState::probe;
  ServerId server;  // who says it
  ServerId peer;
  Term term;
  Index index;
  Index next;
  Digest digest = 0;
  Digest machine = 0;           // of the state machine's whole state
  Configuration configuration;  // ObservationKind::configured
  std::uint32_t client = 0;     // ObservationKind::applied: C1, C2, ...; 0 for an entry that is no client's command
  std::uint64_t sequence = 0;   // of this client's commands; one that is sent again keeps its own
};

}  // namespace raftsim::core
