// Known bugs of real Raft implementations, planted on request. The harness is measured by how many of them it finds.
//
// A seam marks the line that a bug breaks:   if (mutated(Mutation::match_overwrite) || index > match_) ...
// In a build without RAFTSIM_MUTATIONS every seam is the constant false and costs nothing.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace raftsim::core {

enum class Mutation : std::uint8_t {
  match_overwrite,
  blind_decrement,
  ack_own_lastindex,
  truncate_always,
  delete_in_loop,
  stale_term_ack_accepted,
  linear_backtrack,
  vote_reply_before_fsync,
  ack_before_fsync,
  term_vote_not_persisted,
  figure8,
  commit_past_new,
  uptodate_missing,
  self_not_durable,
  stable_aba,
  timer_reset_by_junk,
  stale_snapshot_accepted,
  install_drops_suffix,
  install_keeps_conflict,
  chunk_mix,
  probe_from_failed_snapshot,
  snapshot_config_blind,
  snapshot_index_skew,
  readindex_before_term_commit,
  read_joins_old_round,
  lease_without_drift_bound,
  lease_from_ack_time,
  lease_survives_transfer,
  lease_forgets_restart,
  learner_acks_read,
  follower_read_forgets_term,
  transfer_never_ends,
  quota_leak,
  ongaro_2015,
  activate_at_apply,
  two_pending,
  no_config_rollback,
  restart_committed_config,
  joint_union_quorum,
  autoleave_bug,
  no_catchup,
  learner_in_quorum,
  learner_refuses_vote,
  premature_retirement,
  minority_remove,
  compact_before_durable,
  ghost_suffix,
  snapshot_without_directory_sync,
  no_dedup,
  dedup_in_memory,
  dedup_at_propose,
  sessions_not_in_snapshot,
  expiry_local_clock,
  answer_by_index,
  definite_failure_lie,
  nondeterministic_apply,
  read_before_applied,
  stuck_after_snapshot,
  snap_status_lost,
  term_from_snapshot,
  demoted_refuses_snapshot,
  state_lost_at_restart,
  outsider_may_not_stand,
  candidate_rejects_install,
  empty_joiner_no_base,
  compact_past_slow_follower,
  shared_correlation_key,
  progress_kept_by_place,
  leader_outlives_removal,
  failed_fsync_ignored,
};
inline constexpr std::size_t mutation_count = 70;

// A set of mutations. A seam tests for a compile-time constant, which costs one load and one test.
class Mutations {
 public:
  constexpr void plant(Mutation mutation) { words_[word(mutation)] |= bit(mutation); }
  [[nodiscard]] constexpr bool has([[maybe_unused]] Mutation mutation) const {
#ifdef RAFTSIM_MUTATIONS
    return (words_[word(mutation)] & bit(mutation)) != 0;
#else
    return false;
#endif
  }
  [[nodiscard]] constexpr bool empty() const { return *this == Mutations(); }
  friend constexpr bool operator==(Mutations, Mutations) = default;

 private:
  static constexpr std::size_t word(Mutation mutation) { return static_cast<std::size_t>(mutation) / 64; }
  static constexpr std::uint64_t bit(Mutation mutation) {
    return std::uint64_t{1} << (static_cast<unsigned>(mutation) % 64);
  }
  std::array<std::uint64_t, (mutation_count + 63) / 64> words_{};
};

}  // namespace raftsim::core
