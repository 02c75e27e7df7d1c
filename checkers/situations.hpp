// Named situations that a sweep must reach: a green sweep in which nothing happened proves nothing.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "checkers/checker.hpp"
#include "core/types.hpp"

namespace raftsim::checkers {

enum class Situation : std::uint8_t {
  stale_ack_in_replicate,
  stale_ack_in_probe,
  stale_ack_in_snapshot,
  stale_rejection_delivered,
  stale_rejection_ignored,
  older_term_ack_delivered,
  duplicate_append_delivered,
  duplicate_ack_delivered,
  append_missing_previous,
  append_conflicting_previous,
  entries_truncated,
  overwritten_before_durable,
  leader_crashed,
  leader_crashed_with_uncommitted,
  crashed_with_unsynced_state,
  crash_lost_unsynced_state,
  unsynced_state_survived,
  torn_tail_recovered,
  voted_then_crashed_before_reply,
  restarted_with_vote,
  majority_down,
  split_vote,
  two_leaders,
  vote_denied_to_shorter_log,
  vote_denied_by_stickiness,
  stepped_down_without_quorum,
  deposed_by_higher_term,
  backed_up_several_rounds,
  probe_timed_out,
  window_stalled,
  older_term_committed_through_own,
  command_retried,
  snapshot_taken,
  snapshot_installed,
  snapshot_over_divergent_log,
  suffix_kept,
  duplicate_chunk_delivered,
  stale_snapshot_ignored,
  snapshot_transfer_interrupted,
  stale_chunk_reply_ignored,
  configuration_appended,
  configuration_rolled_back,
  joint_entered,
  joint_left,
  learner_promoted,
  leader_removed_itself,
  proposal_refused_at_limit,
  transfer_begun,
  transfer_completed,
  transfer_timed_out,
  transfer_interrupted,
  read_confirmed_by_quorum,
  read_confirmed_by_lease,
  read_round_overtaken,
  answered_from_session,
  session_refused,
  linearizability_undecided,
  halted_by_disk,
  damage_refused,
};
inline constexpr std::size_t situation_count = 59;

// "stale ack delivered to a leader in replicate state"; unique.
[[nodiscard]] std::string_view name_of(Situation situation);
[[nodiscard]] std::optional<Situation> situation_named(std::string_view name);

// How often each was reached. Counts of several runs are added.
class Situations {
 public:
  [[nodiscard]] std::uint64_t count(Situation situation) const { return counts_[static_cast<std::size_t>(situation)]; }
  [[nodiscard]] bool reached(Situation situation) const { return count(situation) > 0; }
  void reach(Situation situation, std::uint64_t times = 1) { counts_[static_cast<std::size_t>(situation)] += times; }
  Situations& operator+=(const Situations& other);
  friend bool operator==(const Situations&, const Situations&) = default;

 private:
  std::array<std::uint64_t, situation_count> counts_{};
};

// Recognises situations in the facts of one run. Each fact is passed in before the ledger includes it. A reply is stale
// if one that was sent after it arrived before it and made its content outdated.
class SituationSpotter {
 public:
  explicit SituationSpotter(std::size_t servers) : servers_(servers) {}

  template <core::IsObserved What>
  void observed(const Ledger& ledger, core::ServerId server, core::Reason reason, const What& what) {
    if (reason != core::Reason::none) reasoned(reason);
    heard(ledger, server, reason, what);
  }
  void sent(const core::Message& message);
  void delivered(const Ledger& ledger, const sim::Packet& packet, const core::Message& message);
  // Called before and after the disk is read again.
  void crashing(const Ledger& ledger, core::ServerId server);
  void crashed(const Ledger& ledger, core::ServerId server);
  void reach(Situation situation) { situations_.reach(situation); }
  [[nodiscard]] const Situations& situations() const { return situations_; }

 private:
  struct PerServer {
    bool vote_unsent = false;                   // has decided on a vote that has not left yet
    std::uint64_t durable_before = 0;           // durable entries just before the crash
    bool unsynced = false;                      // had more in memory than on disk just before the crash
    bool receives_snapshot = false;             // has some chunks of one and lacks others
    bool transfers = false;                     // as a leader: transferring leadership
    bool asked_to_stand = false;                // is a candidate because the leader told it to be
    std::vector<sim::PacketId> newest_replies;  // as a leader, by follower: the last-sent reply among those received
  };
  // Situations that are determined by the reason alone, whatever was observed.
  void reasoned(core::Reason reason);

  // Most kinds are not a situation.
  template <core::IsObserved What>
  void heard(const Ledger& /*ledger*/, core::ServerId /*server*/, core::Reason /*reason*/, const What& /*what*/) {}
  void heard(const Ledger& ledger, core::ServerId server, core::Reason reason, const core::Booted& booted);
  void heard(const Ledger& ledger, core::ServerId server, core::Reason reason, const core::BecameRole& became);
  void heard(const Ledger& ledger, core::ServerId server, core::Reason reason, const core::GrantedVote& granted);
  void heard(const Ledger& ledger, core::ServerId server, core::Reason reason, const core::Truncated& truncated);
  void heard(const Ledger& ledger, core::ServerId server, core::Reason reason, const core::AdvancedCommit& advanced);
  void heard(const Ledger& ledger, core::ServerId server, core::Reason reason, const core::MovedProgress& moved);
  void heard(const Ledger& ledger, core::ServerId server, core::Reason reason, const core::RejectedAppend& rejected);
  // Snapshots, configurations, transfers, reads and sessions (situations_of_features.cpp).
  void heard(const Ledger& ledger, core::ServerId server, core::Reason reason, const core::Applied& applied);
  void heard(const Ledger& ledger, core::ServerId server, core::Reason reason, const core::Configured& configured);
  void heard(const Ledger& ledger, core::ServerId server, core::Reason reason, const core::TookSnapshot& took);
  void heard(const Ledger& ledger, core::ServerId server, core::Reason reason,
             const core::InstalledSnapshot& installed);
  void heard(const Ledger& ledger, core::ServerId server, core::Reason reason, const core::Transferring& transferring);
  void heard(const Ledger& ledger, core::ServerId server, core::Reason reason, const core::ReadConfirmed& confirmed);
  void hears_of_transfer(const Ledger& ledger, core::ServerId server, core::Reason reason,
                         const core::BecameRole& became);
  void delivered_feature(const Ledger& ledger, const sim::Packet& packet, const core::Message& message);
  void crashing_feature(const Ledger& ledger, core::ServerId server);
  void delivered_reply(const Ledger& ledger, const sim::Packet& packet, const core::Message& message,
                       const core::AppendEntriesReply& reply);
  PerServer& of(core::ServerId server) { return servers_[server.value - 1U]; }

  Situations situations_;
  std::vector<PerServer> servers_;
  core::Term contested_;  // the newest term with a candidate
};

}  // namespace raftsim::checkers
