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
    {Mutation::stale_snapshot_accepted, "stale-snapshot-accepted",
     "a snapshot is installed although everything it holds is committed here already: the state goes back",
     "etcd #1763; NuRaft #407", "snapshot-churn", "", "snapshot-is-prefix, apply-in-order, assertion"},
    {Mutation::install_drops_suffix, "install-drops-suffix",
     "a snapshot replaces the whole log, also the entries after it that were there and acknowledged",
     "etcd #1763; paper, Figure 13, rule 6", "snapshot-churn", "", "durable-ack"},
    {Mutation::install_keeps_conflict, "install-keeps-conflict",
     "entries after a snapshot are kept although the log disagrees with the snapshot's last entry",
     "hashicorp/raft #697, #704", "snapshot-churn", "", "log-matching, leader-completeness, state-machine-safety"},
    {Mutation::chunk_mix, "chunk-mix", "chunks of different snapshots are put together when their offsets fit",
     "Scylla 9dad68e58d", "snapshot-churn", "", "snapshot-is-prefix"},
    {Mutation::probe_from_failed_snapshot, "probe-from-failed-snapshot",
     "any answer to a chunk is taken for the whole snapshot being installed", "etcd, stepLeader on MsgSnapStatus",
     "snapshot-churn", "", "match-truth"},
    {Mutation::snapshot_config_blind, "snapshot-config-blind",
     "a snapshot is installed, but the configuration that came with it is not", "NuRaft f9c7462, 1c63694",
     "membership-churn", "", "configuration-safety, progress"},
    {Mutation::snapshot_index_skew, "snapshot-index-skew",
     "a snapshot is labelled with the commit index while the state machine has not applied that far",
     "openraft 71a290cd, 674e78aa", "snapshot-churn", "", "snapshot-is-prefix"},
    {Mutation::readindex_before_term_commit, "readindex-before-term-commit",
     "a new leader reads at its commit index before an entry of its own term shows that it is up to date",
     "etcd #7331, #12680; redisraft #18, #19; redpanda #10921; dissertation, section 6.4", "stale-reads", "",
     "linearizability, read-freshness"},
    {Mutation::read_joins_old_round, "read-joins-old-round",
     "a read is confirmed by the answers to a round that was sent before it arrived",
     "etcd #20418, etcd-io/raft #397; hashicorp/raft #603", "stale-reads", "", "linearizability, read-freshness"},
    {Mutation::lease_without_drift_bound, "lease-without-drift-bound",
     "a lease lasts a whole election timeout by the leader's clock, though followers' clocks may run faster",
     "etcd, Config.validate; raft-rs #141; dissertation, section 6.4.1", "stale-reads", "raft.lease_reads=true",
     "linearizability, read-freshness"},
    {Mutation::lease_from_ack_time, "lease-from-ack-time",
     "a lease is counted from when the answers arrive instead of when the round was sent",
     "dissertation, section 6.4.1", "stale-reads", "raft.lease_reads=true",
     "linearizability, read-freshness"},
    {Mutation::lease_survives_transfer, "lease-survives-transfer",
     "a leader keeps its lease after it told its successor to stand for election", "dissertation, section 6.4.1",
     "stale-reads", "raft.lease_reads=true", "linearizability, read-freshness"},
    {Mutation::lease_forgets_restart, "lease-forgets-restart",
     "a server votes right after a restart, though it may have promised a leader not to just before",
     "follows from section 6.4.1 of the dissertation, which does not say it", "stale-reads", "raft.lease_reads=true",
     "linearizability, read-freshness"},
    {Mutation::learner_acks_read, "learner-acks-read", "whoever answers a round counts, also those who have no vote",
     "raft-rs #58", "stale-reads", "", "linearizability, read-freshness"},
    {Mutation::follower_read_forgets_term, "follower-read-forgets-term",
     "a follower's question for a read index carries no term, and the leader drops it as one of the past",
     "etcd 06b9fc9", "stale-reads", "", "progress"},
    {Mutation::transfer_never_ends, "transfer-never-ends",
     "a leader goes on refusing proposals when its successor does not take over",
     "etcd-io/raft, abortLeaderTransfer: at the election timeout, and when the successor is removed",
     "transfer-under-load", "", "progress"},
    {Mutation::quota_leak, "quota-leak",
     "the count of uncommitted bytes is lowered by less than it was raised, until every proposal is refused",
     "etcd a370b6f (cockroach #31618)", "transfer-under-load", "raft.max_uncommitted_bytes=4096", "progress"},
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
