#include "core/reason.hpp"

namespace raftsim::core {

const char* describe(Reason reason) {
  switch (reason) {
    case Reason::none:
      return "";
    case Reason::election_timeout:
      return "no leader heard for an election timeout";
    case Reason::won_pre_vote:
      return "a quorum would grant its vote";
    case Reason::won_election:
      return "a quorum granted its vote";
    case Reason::only_voter:
      return "it is the only voter";
    case Reason::lost_election:
      return "a quorum denied its vote";
    case Reason::higher_term:
      return "the remote term is higher";
    case Reason::leader_of_same_term:
      return "another server leads this term";
    case Reason::lost_quorum:
      return "no quorum answered for an election timeout";
    case Reason::stale_term:
      return "it is of an older term";
    case Reason::heard_leader_recently:
      return "a leader was heard within the minimum election timeout";
    case Reason::already_voted:
      return "the vote of this term went to another candidate";
    case Reason::log_not_up_to_date:
      return "the candidate's log is not up to date";
    case Reason::not_in_role:
      return "the role that acts on this message is over";
    case Reason::stale_success:
      return "a later ack overtook it";
    case Reason::stale_rejection:
      return "a later reply overtook it";
    case Reason::success:
      return "an ack moved it";
    case Reason::rejection:
      return "a rejection moved nextIndex back";
    case Reason::probe_timeout:
      return "no answer to the probe";
    case Reason::window_stalled:
      return "nothing acknowledged for too long";
    case Reason::missing_previous:
      return "the log ends before the previous entry";
    case Reason::conflicting_previous:
      return "another term at the previous entry";
    case Reason::conflicting_entry:
      return "an entry of the leader's contradicts the log";
    case Reason::already_present:
      return "all entries were there";
    case Reason::quorum_matched:
      return "a quorum matches this entry of the current term";
    case Reason::leader_said:
      return "the leader's commit index covers it";
    case Reason::new_term:
      return "the no-op at the start of a term";
    case Reason::overwritten_write:
      return "the write that completed was overwritten meanwhile";
    case Reason::compacted_log:
      return "the log no longer holds what it lacks";
    case Reason::stale_snapshot:
      return "the snapshot ends where everything is committed already";
    case Reason::unexpected_chunk:
      return "it is not the chunk that comes next";
    case Reason::stale_chunk_reply:
      return "it answers another chunk than the one in flight";
    case Reason::snapshot_complete:
      return "its last chunk is there";
    case Reason::snapshot_installed:
      return "it has the snapshot";
    case Reason::chunk_timeout:
      return "no answer to the chunk";
    case Reason::configuration_appended:
      return "its entry was appended";
    case Reason::configuration_rolled_back:
      return "the entry of the one after it was truncated";
    case Reason::configuration_restored:
      return "it came with a snapshot or at the start";
    case Reason::left_joint:
      return "the joint configuration is committed";
    case Reason::removed:
      return "the configuration without it is committed";
    case Reason::transfer_begun:
      return "somebody asked for it";
    case Reason::transfer_requested:
      return "the successor has the whole log";
    case Reason::transfer_timed_out:
      return "the successor did not take over in time";
    case Reason::timeout_now:
      return "the leader asked it to stand";
    case Reason::confirmed_by_quorum:
      return "a quorum answered a round that began after the read arrived";
    case Reason::confirmed_by_lease:
      return "no other leader can be elected while the lease lasts";
    case Reason::too_much_uncommitted:
      return "too much is proposed and not committed";
  }
  return "?";
}

}  // namespace raftsim::core
