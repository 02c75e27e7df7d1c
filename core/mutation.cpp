#include "core/mutation.hpp"

#include <algorithm>

namespace raftsim::core {

namespace {

// In the order of the enumeration. Origins name a project and the number of an issue, pull request or commit there.
constexpr std::array<MutationInfo, mutation_count> table{{
    {Mutation::match_overwrite, "match-overwrite",
     "a success sets matchIndex and nextIndex to what it acknowledges, even when a later one said more",
     "ongardie/raft.tla #18; raftos #25; raft-java #53; PySyncObj #167; CCF #5324", "stale-ack", "", "no-stale-rewind"},
    {Mutation::blind_decrement, "blind-decrement",
     "every rejection moves nextIndex back, however old it is and however often it arrives",
     "etcd 91ff7cd; RedisLabs/raft #45, #58; Scylla 4c95277619; RATIS-1909", "stale-ack", "", "no-stale-rewind"},
    {Mutation::ack_own_lastindex, "ack-own-lastindex",
     "a follower acknowledges its own last index instead of the end of the request", "CCF #6001, #6016; etcd #1366",
     "partition-churn", "", "durable-ack"},
    {Mutation::truncate_always, "truncate-always",
     "each AppendEntries cuts the log behind its previous entry, also when it is old or a heartbeat",
     "willemt/raft #37; hashicorp/raft 0f31a01; raftos #26", "stale-ack", "", "durable-ack"},
    {Mutation::delete_in_loop, "delete-in-loop",
     "after a conflict the log is cut once for each entry of the batch, so that the batch loses its own entries",
     "willemt/raft 3fc7f32, corrected in e4c4029", "partition-churn", "", "log-matching, assertion"},
    {Mutation::stale_term_ack_accepted, "stale-term-ack-accepted",
     "a leader counts acks of an earlier term of its own, whose entries may have been replaced since",
     "\"Students' Guide to Raft\" (term confusion); guarded against in etcd and LogCabin", "stale-ack", "",
     "match-truth"},
    {Mutation::linear_backtrack, "linear-backtrack",
     "nextIndex goes back by one entry a round trip, however long the diverging tail is",
     "hashicorp/raft #73, 8023e5e; the comment at stepLeader in etcd", "backup-with-persistence",
     "raft.persistence.mode=rewrite", "progress"},
    {Mutation::vote_reply_before_fsync, "vote-reply-before-fsync",
     "a granted vote leaves before term and vote are durable", "NodeDB #161; robustmq #2039; tikv #1610", "fsync-crash",
     "", "durable-vote"},
    {Mutation::ack_before_fsync, "ack-before-fsync", "a success leaves before the entries it confirms are durable",
     "tikv #994; d-engine #446; robustmq #2039", "fsync-crash", "", "durable-ack"},
    {Mutation::term_vote_not_persisted, "term-vote-not-persisted",
     "only the log is written; a restarted server has forgotten its term and its vote", "PySyncObj #201, #202",
     "leader-crash", "", "durable-vote"},
    {Mutation::figure8, "figure8", "an entry of an earlier term is committed by counting replicas",
     "logcabin #44; paper, section 5.4.2 and Figure 8", "fsync-crash", "", "commit-durable-on-quorum"},
    {Mutation::commit_past_new, "commit-past-new",
     "a follower commits up to its own last entry instead of the last one that the leader confirmed",
     "atomix/copycat #265; Scylla 1216f39977; NuRaft 5214005; cowsql 000eacf2", "partition-churn", "",
     "state-machine-safety"},
    {Mutation::uptodate_missing, "uptodate-missing", "a vote is granted to a candidate whose log is behind",
     "paper, section 5.4.1; \"Students' Guide to Raft\"", "partition-churn", "", "leader-completeness"},
    {Mutation::self_not_durable, "self-not-durable", "a leader counts its own entries before its own fsync",
     "d-engine #446, #447; dissertation, section 10.2.1", "fsync-crash", "", "commit-durable-on-quorum"},
    {Mutation::stable_aba, "stable-aba",
     "a completed write whose entries were overwritten marks the new entries at its indexes as durable",
     "etcd, testdata/async_storage_writes_append_aba_race.txt", "slow-disk", "", "durable-ack"},
    {Mutation::timer_reset_by_junk, "timer-reset-by-junk",
     "any message restarts the election timer: of an older term, of a candidate that was denied a vote",
     "hashicorp/raft bfc1fc9; willemt/raft 51e049f", "slow-disk", "", "progress"},
}};

}  // namespace

std::span<const MutationInfo, mutation_count> all_mutations() { return table; }

const MutationInfo& info_of(Mutation mutation) { return table[static_cast<std::size_t>(mutation)]; }

std::optional<Mutation> mutation_named(std::string_view name) {
  const auto found =
      std::find_if(table.begin(), table.end(), [name](const MutationInfo& row) { return row.name == name; });
  if (found == table.end()) return std::nullopt;
  return found->mutation;
}

}  // namespace raftsim::core
