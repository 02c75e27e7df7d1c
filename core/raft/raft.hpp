// One Raft server as a value: inputs in, effects out (Ongaro and Ousterhout, "In Search of an Understandable Consensus
// Algorithm (Extended Version)", 2014: "paper"; Ongaro, "Consensus: Bridging Theory and Practice", 2014:
// "dissertation").
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/configuration.hpp"
#include "core/message.hpp"
#include "core/options.hpp"
#include "core/raft/change_refusal.hpp"
#include "core/raft/configurations.hpp"
#include "core/raft/effects.hpp"
#include "core/raft/election_timer.hpp"
#include "core/raft/forwarded_reads.hpp"
#include "core/raft/incoming_snapshot.hpp"
#include "core/raft/leadership.hpp"
#include "core/raft/log.hpp"
#include "core/raft/pending_writes.hpp"
#include "core/raft/progress.hpp"
#include "core/raft/restored.hpp"
#include "core/raft/transfer.hpp"
#include "core/raft/uncommitted.hpp"
#include "core/raft/vote_tally.hpp"
#include "core/types.hpp"

namespace raftsim::core {

// No clock, no I/O, no callbacks, no global state. Every input carries the instant at which it happens; instants never
// decrease. Every member function that takes Effects appends to it; clear it between inputs.
//
// raft.cpp         inputs, terms (paper, section 5.1), what waits for the disk
// election.cpp     election timer, pre-votes and votes (5.2, 5.4.1)
// replication.cpp  the leader's side of the log (5.3), commitment (5.4.2)
// following.cpp    the follower's side
// snapshots.cpp    snapshots on both sides (7)
// proposing.cpp    which commands a leader accepts, and up to which limit
// reading.cpp      reads without entries in the log (dissertation, section 6.4)
// transfer.cpp     leadership transfer (dissertation, section 3.10)
// membership.cpp   the configuration in force, and changes of it (6; dissertation, chapter 4)
class Raft {
 public:
  // `initial` is in force at the base of the log, unless `restored` has a snapshot, whose configuration then is. It is
  // the same on all founding servers of a cluster, and empty on a server that joins later. Such a server answers all
  // requests, but starts no election before it has received a configuration in which it votes (dissertation, section
  // 4.1). `first_timeout` is the first randomized election timeout. Supply the second with set_next_election_timeout
  // before the first input, and each further one as Effects::drew_election_timeout asks.
  Raft(ServerId self, const Configuration& initial, const Options& options, Restored restored, Instant now,
       Duration first_timeout);
  // All of `servers` are voters.
  Raft(ServerId self, const std::vector<ServerId>& servers, const Options& options, Restored restored, Instant now,
       Duration first_timeout);

  void receive(Instant now, const Message& message, Effects& effects);
  // Call no later than wake_at(). Calling earlier or more often is harmless.
  void wake(Instant now, Effects& effects);
  // The write with this ticket, and all before it, are durable.
  void stored(Instant now, Ticket ticket, Effects& effects);
  // Appends commands if this server is the leader. Returns the index of the first, or std::nullopt (why_not_propose
  // says why). Several commands make one batch: one write, one message to each follower.
  std::optional<Index> propose(Instant now, std::span<const Bytes> commands, Effects& effects);
  // `state` is the state machine's whole state after the entry at `last`, to replace the log up to there (paper,
  // section 7). Precondition: last_snapshot() < last <= commit_index(), and knows_configuration_at(last).
  void take_snapshot(Index last, Bytes state, Effects& effects);
  // Refusal::none: they would be accepted now.
  [[nodiscard]] Refusal why_not_propose(std::span<const Bytes> commands) const;
  // Asks up to which index this server must have applied before it may answer a client's read. The answer is returned
  // in Effects::reads, now or later, unless this server crashes. `read` is the caller's number for it, never reused by
  // any server, not even after a restart.
  void read(Instant now, std::uint64_t read, Effects& effects);
  // Transfers leadership to `to`, another voter. No proposals until it leads or transfer_timeout has passed. Returns
  // false and does nothing if this server is not the leader, `to` is not another voter, or a transfer is under way.
  bool transfer_leadership(Instant now, ServerId to, Effects& effects);
  // Begins a change to `target`, which must not be joint, if this server is the leader and no ChangeRefusal applies.
  // Returns the index of the first entry of the change. If the voters differ by more than one server, that entry is a
  // joint configuration, which the leader replaces by `target` once it is committed.
  std::optional<Index> change_configuration(Instant now, const Configuration& target, Effects& effects);
  [[nodiscard]] ChangeRefusal why_not_change(Instant now, const Configuration& target) const;
  // The timeout to use when the election timer is next reset with a new draw.
  void set_next_election_timeout(Duration timeout) { next_election_timeout_ = timeout; }

  [[nodiscard]] Instant wake_at() const;
  [[nodiscard]] ServerId self() const { return self_; }
  // The members of the configuration in force, in ascending order.
  [[nodiscard]] const std::vector<ServerId>& servers() const { return servers_; }
  // The configuration in force. The constructor has no Effects, so the caller reports it afterwards as an observation
  // `configured` (Raft::configured_at_boot).
  [[nodiscard]] const Configuration& configuration() const { return in_force_.configuration; }
  [[nodiscard]] const Configurations& configurations() const { return configurations_; }
  // A joining server knows no configuration before the first configuration entry in its log. A snapshot that it takes
  // before that entry would not contain the founders' configuration.
  [[nodiscard]] bool knows_configuration_at(Index index) const {
    return !configurations_.at(index).configuration.empty();
  }
  [[nodiscard]] Observation configured_at_boot() const;
  [[nodiscard]] const Options& options() const { return options_; }
  // Others from now on. Deadlines that are set, and the election timeout that is drawn for the next time, stay. `lease_reads` must stay as it is: leases are promised by it.
  void change_options(const Options& options);
  [[nodiscard]] Role role() const { return role_; }
  [[nodiscard]] Term term() const { return hard_state_.term; }
  [[nodiscard]] ServerId vote() const { return hard_state_.vote; }
  [[nodiscard]] ServerId leader() const { return leader_; }  // no_server when unknown
  [[nodiscard]] Index commit_index() const { return commit_index_; }
  [[nodiscard]] Index stable_index() const { return writes_.stable_index(); }  // durable here, by completed writes
  [[nodiscard]] const Log& log() const { return log_; }
  // The newest snapshot that this server took or installed; null if there is none.
  [[nodiscard]] const SharedSnapshot& snapshot() const { return snapshot_; }
  // The last index in it; 0 if there is none.
  [[nodiscard]] Index last_snapshot() const { return snapshot_ ? snapshot_->last.index : Index{}; }
  // A leader's view of `server`; null if this server is not the leader or `server` is not another member.
  [[nodiscard]] const Progress* progress_of(ServerId server) const;
  // The leadership transfer under way; an empty one if this server is not the leader.
  [[nodiscard]] Transfer transfer() const { return leadership_ ? leadership_->transfer : Transfer(); }
  // 0 without a limit, and if this server is not the leader.
  [[nodiscard]] std::uint64_t uncommitted_bytes() const { return leadership_ ? leadership_->uncommitted.bytes() : 0; }

  // A digest of the whole state.
  [[nodiscard]] Digest digest() const;
  friend bool operator==(const Raft&, const Raft&) = default;

 private:
  // --- raft.cpp: terms (5.1) ---
  void receive_from_newer_term(Instant now, const Message& message, Effects& effects);
  void receive_from_older_term(Instant now, const Message& message, Effects& effects);
  void dispatch(Instant now, const Message& message, Effects& effects);
  void adopt_term(Instant now, Term term, Effects& effects);
  void become_follower(Instant now, Reason reason, Effects& effects);
  void leave_office(Effects& effects);
  void forget_leader(Effects& effects);

  // --- raft.cpp: durability ---
  Write& write_for(Effects& effects);
  void save_hard_state(Effects& effects);
  void save_entries(Index first, Effects& effects);
  void truncate_from(Index first, Reason reason, Effects& effects);
  void append(const Entry& entry, Reason reason, Effects& effects);

  // --- raft.cpp: messages ---
  [[nodiscard]] Message to(ServerId server, Term term, decltype(Message::body)&& body) const;
  void send(ServerId server, decltype(Message::body)&& body, Effects& effects) const;
  void send_once_durable(Ticket ticket, ServerId server, decltype(Message::body)&& body, Effects& effects);
  template <IsObserved What>
  void observe(const What& what, Reason reason, Effects& effects) const {
    effects.observations.emplace_back(self_, what, reason);
  }
  void ignore(const Message& message, Reason reason, Effects& effects) const;

  // --- election.cpp ---
  void restart_election_timer(Instant now, Effects& effects);
  void draw_election_timeout(Instant now, Effects& effects);
  void stand_for_election(Instant now, Effects& effects);
  void become_candidate(Instant now, Reason reason, Effects& effects);
  void request_votes(Effects& effects);
  // Whether this is a candidate that asks again for the votes it lacks.
  [[nodiscard]] bool asks_again() const {
    return options_.vote_retry > Duration{} && (role_ == Role::candidate || role_ == Role::pre_candidate);
  }
  void vote_for_self_once_durable(Instant now, Effects& effects);
  void act_on_votes(Instant now, Effects& effects);
  [[nodiscard]] bool heard_leader_recently(Instant now, ServerId candidate) const;
  [[nodiscard]] bool may_be_in_a_lease(Instant now, ServerId candidate) const;
  [[nodiscard]] Reason why_not_vote(Instant now, const Message& message, const RequestVote& request) const;
  void handle(Instant now, const Message& message, const RequestVote& request, Effects& effects);
  void handle(Instant now, const Message& message, const RequestVoteReply& reply, Effects& effects);

  // --- replication.cpp ---
  void become_leader(Instant now, Effects& effects);
  void wake_leader(Instant now, Effects& effects);
  [[nodiscard]] bool heard_quorum(Instant now) const;
  void send_to_all(Instant now, Effects& effects);
  void bring_up_to_date(std::size_t follower, Instant now, Effects& effects);
  bool send_entries(std::size_t follower, Instant now, Effects& effects);
  bool resend_if_overdue(std::size_t follower, Instant now, Effects& effects);
  void send_heartbeat(std::size_t follower, Effects& effects);
  void send_append(std::size_t follower, Index previous, EntryBatch entries, Effects& effects);
  [[nodiscard]] std::size_t answering_follower(Instant now, const Message& message, Effects& effects);
  void handle(Instant now, const Message& message, const AppendEntriesReply& reply, Effects& effects);
  [[nodiscard]] bool makes_leader_send(AckOutcome outcome, const Progress& progress) const;
  [[nodiscard]] bool advance_commit_by_quorum(Effects& effects);
  void tell_of_commit(Instant now, Effects& effects);
  void set_commit_index(Index index, Reason reason, Effects& effects);
  void observe_progress(std::size_t follower, Reason reason, Effects& effects) const;

  // --- following.cpp ---
  void follow(Instant now, ServerId leader, Effects& effects);
  void handle(Instant now, const Message& message, const AppendEntries& request, Effects& effects);
  void reject_append(const Message& message, const AppendEntries& request, Effects& effects);
  void store_entries(const AppendEntries& request, Effects& effects);
  [[nodiscard]] bool agrees_at(LogPosition previous) const;

  // --- membership.cpp (6; dissertation, chapter 4) ---
  void go_by_configuration_in_force();
  void configuration_changed(Reason reason, Effects& effects);
  void realign_progress(const std::vector<ServerId>& before);
  [[nodiscard]] bool may_stand() const {
    if (mutated(Mutation::outsider_may_not_stand)) return configuration().votes(self_);
    return configurations_.may_vote(self_, commit_index_);
  }
  [[nodiscard]] bool has_caught_up(ServerId server, Instant now) const;
  void append_configuration(const Configuration& configuration, Reason reason, Effects& effects);
  void leave_joint_once_committed(Effects& effects);
  void step_down_once_removed(Instant now, Effects& effects);
  void follow_catch_up(std::size_t learner, Instant now, Effects& effects);
  [[nodiscard]] bool retired() const;

  // --- snapshots.cpp (7) ---
  [[nodiscard]] bool needs_snapshot(const Progress& progress) const;
  void begin_snapshot(std::size_t follower, Effects& effects);
  bool send_chunk(std::size_t follower, Instant now, Effects& effects);
  void install(const Message& message, SharedSnapshot snapshot, Effects& effects);
  void save_snapshot(Effects& effects);
  void handle(Instant now, const Message& message, const InstallSnapshot& request, Effects& effects);
  void handle(Instant now, const Message& message, const InstallSnapshotReply& reply, Effects& effects);

  // --- proposing.cpp ---
  void count_uncommitted();
  void release_committed(Index from, Index to);

  // --- transfer.cpp (dissertation, 3.10) ---
  void hand_over_if_caught_up(Effects& effects);
  void give_up_late_transfer(Instant now, Effects& effects);
  void handle(Instant now, const Message& message, const TimeoutNow& request, Effects& effects);

  // --- reading.cpp (dissertation, 6.4) ---
  [[nodiscard]] bool confirms_rounds(ServerSet others) const;
  [[nodiscard]] bool knows_commit_index() const;
  void read_as_leader(Instant now, ServerId asker, std::uint64_t read, Effects& effects);
  void answer_read(ServerId asker, const ReadOutcome& outcome, Effects& effects) const;
  void refuse_read(ServerId asker, std::uint64_t read, Effects& effects) const;
  void confirm_read(ServerId asker, std::uint64_t read, Index index, Reason reason, Effects& effects) const;
  void begin_round(Instant now);
  void begin_round_if_due(Instant now, Effects& effects);
  void begin_heartbeat_round(Instant now);
  void confirm_rounds(Instant now, Effects& effects);
  void on_round_answered(Instant now, ServerId server, std::uint64_t round, Effects& effects);
  void give_up_reads(Effects& effects);
  void give_up_forwarded_reads(Instant before, Effects& effects);
  void handle(Instant now, const Message& message, const ReadIndex& request, Effects& effects);
  void handle(Instant now, const Message& message, const ReadIndexReply& reply, Effects& effects);

  [[nodiscard]] std::size_t position_of(ServerId server) const;  // in servers_; its size if absent
  [[nodiscard]] bool mutated(Mutation mutation) const { return options_.mutations.has(mutation); }

  Options options_;
  ServerId self_;

  // Durable, once written (paper, Figure 2)
  HardState hard_state_;
  Log log_;
  SharedSnapshot snapshot_;
  PendingWrites writes_;

  // Follow from the log
  Configurations configurations_;
  Configurations::Change in_force_;
  std::vector<ServerId> servers_;  // its members, in ascending order
  Configuration deciding_;         // whose majorities decide: the one in force, except with planted bugs

  // Volatile
  Role role_ = Role::follower;
  ServerId leader_;
  Index commit_index_;
  Instant heard_leader_at_{};  // meaningful while leader_ is another server
  ElectionTimer election_timer_;
  Duration next_election_timeout_{};
  // Of a candidate or pre-candidate.
  VoteTally votes_;
  RequestVote vote_request_;
  Instant ask_again_at_{};
  IncomingSnapshot incoming_;
  ForwardedReads forwarded_reads_;
  Instant refuses_votes_until_{};  // with lease reads: a leader's lease may depend on it

  std::optional<Leadership> leadership_;  // present exactly while role_ is leader
};

}  // namespace raftsim::core
