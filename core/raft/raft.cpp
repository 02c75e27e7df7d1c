#include "core/raft/raft.hpp"

#include <algorithm>
#include <utility>

#include "core/assertion.hpp"

namespace raftsim::core {

namespace {

// The configurations of the log, starting with the snapshot's or the initial one.
Configurations restored_configurations(const Configuration& initial, const SharedSnapshot& snapshot, const Log& log,
                                       const Options& options) {
  const Index base = snapshot ? snapshot->last.index : log.base().index;
  const Configuration& at_base = snapshot ? snapshot->configuration : initial;
  const bool committed_only = options.mutations.has(Mutation::restart_committed_config);
  return {base, at_base, committed_only ? Log() : log};
}

Configuration of_voters(const std::vector<ServerId>& servers) {
  ServerSet voters;
  for (const ServerId server : servers) voters.insert(server);
  return Configuration::of_voters(voters);
}

}  // namespace

Raft::Raft(ServerId self, const std::vector<ServerId>& servers, const Options& options, Restored restored, Instant now,
           Duration first_timeout)
    : Raft(self, of_voters(servers), options, std::move(restored), now, first_timeout) {}

Raft::Raft(ServerId self, const Configuration& initial, const Options& options, Restored restored, Instant now,
           Duration first_timeout)
    : options_(options),
      self_(self),
      hard_state_(restored.hard_state),
      log_(std::move(restored.log)),
      snapshot_(std::move(restored.snapshot)),
      writes_(log_.last().index),
      configurations_(restored_configurations(initial, snapshot_, log_, options)),
      commit_index_(log_.base().index),  // what a snapshot covers is committed
      election_timer_(now, first_timeout),
      next_election_timeout_(first_timeout) {
  RAFTSIM_ASSERT(self_ != no_server, "number 0 names nobody");
  go_by_configuration_in_force();
  RAFTSIM_ASSERT(log_.base() == (snapshot_ ? snapshot_->last : LogPosition{}),
                 "the restored log begins where the snapshot ends");
  RAFTSIM_ASSERT(hard_state_.term >= log_.last().term || mutated(Mutation::term_vote_not_persisted),
                 "the restored term is not older than the restored log");
  RAFTSIM_ASSERT(!options_.lease_reads || (options_.check_quorum && options_.leader_stickiness),
                 "a lease rests on voters that stick to their leader, and on a leader that heeds whether they answer");
  // It may have answered a leader just before it crashed, and cannot remember.
  if (options_.lease_reads && !mutated(Mutation::lease_forgets_restart)) {
    refuses_votes_until_ = now + options_.election_timeout_min;
  }
}

void Raft::change_options(const Options& options) {
  RAFTSIM_ASSERT(options.lease_reads == options_.lease_reads, "whether leases are given is decided at the start");
  options_ = options;
}

// --- inputs ---

void Raft::receive(Instant now, const Message& message, Effects& effects) {
  RAFTSIM_ASSERT(message.to == self_, "a message reaches the server it was sent to");
  if (mutated(Mutation::timer_reset_by_junk)) election_timer_.restart(now);
  if (mutated(Mutation::premature_retirement) && retired()) return;
  if (message.term > term()) {
    receive_from_newer_term(now, message, effects);
  } else if (message.term < term()) {
    receive_from_older_term(now, message, effects);
  } else {
    dispatch(now, message, effects);
  }
}

void Raft::wake(Instant now, Effects& effects) {
  if (role_ == Role::leader) {
    wake_leader(now, effects);
    return;
  }
  give_up_forwarded_reads(now, effects);
  if (election_timer_.expired(now) && may_stand()) {
    stand_for_election(now, effects);
  } else if (asks_again() && now >= ask_again_at_) {
    ask_again_at_ = now + options_.vote_retry;
    if (votes_.has(self_)) request_votes(effects);  // otherwise the first requests still wait for the disk
  }
}

Instant Raft::wake_at() const {
  if (role_ != Role::leader) {
    const Instant due = std::min(may_stand() ? election_timer_.deadline() : never, forwarded_reads_.deadline());
    return asks_again() ? std::min(due, ask_again_at_) : due;
  }
  const Instant due = std::min({leadership_->heartbeat_at, leadership_->resend_at, leadership_->transfer.deadline()});
  return options_.check_quorum ? std::min(due, leadership_->check_quorum_at) : due;
}

void Raft::stored(Instant now, Ticket ticket, Effects& effects) {
  const Index before = stable_index();
  const auto completion = writes_.complete(ticket, log_.last().index);
  if (completion == PendingWrites::Completion::repeated) return;
  if (completion == PendingWrites::Completion::overwritten) {
    observe(Ignored{}, Reason::overwritten_write, effects);
  }
  if (stable_index() != before) observe(Stored{stable_index()}, Reason::none, effects);
  writes_.release(term(), effects.messages);
  vote_for_self_once_durable(now, effects);
  if (role_ != Role::leader) return;
  if (advance_commit_by_quorum(effects)) {
    tell_of_commit(now, effects);
  } else if (options_.replicate_after_fsync && stable_index() != before) {
    send_to_all(now, effects);
  }
}

// --- terms (paper, section 5.1) ---

void Raft::receive_from_newer_term(Instant now, const Message& message, Effects& effects) {
  if (std::holds_alternative<ReadIndexReply>(message.body)) {
    dispatch(now, message, effects);  // before a new term discards the reads it answers
    adopt_term(now, message.term, effects);
    return;
  }
  if (const auto* request = std::get_if<RequestVote>(&message.body)) {
    if (!request->pre_vote && !request->leadership_transfer && heard_leader_recently(now, message.from)) {
      // Not even the term is adopted: a server that was cut off must not depose a working leader (dissertation, section
      // 4.2.3). If its term really is ahead, its replies to that leader will say so.
      ignore(message, Reason::heard_leader_recently, effects);
      return;
    }
    if (!request->pre_vote) adopt_term(now, message.term, effects);
  } else if (const auto* reply = std::get_if<RequestVoteReply>(&message.body);
             reply == nullptr || !reply->pre_vote || !reply->granted) {
    adopt_term(now, message.term, effects);
  }
  // Pre-votes and their grants carry a term that no server has entered yet.
  dispatch(now, message, effects);
}

// Requests are answered, so that the sender learns of the newer term and leaves its own. A leader or candidate that
// gets no answer would continue forever.
void Raft::receive_from_older_term(Instant now, const Message& message, Effects& effects) {
  if (mutated(Mutation::stale_term_ack_accepted)) {
    const auto* ack = std::get_if<AppendEntriesReply>(&message.body);
    if (ack != nullptr && ack->success) {
      dispatch(now, message, effects);
      return;
    }
  }
  const bool asks_to_read = std::holds_alternative<ReadIndex>(message.body);
  if (std::holds_alternative<ReadIndexReply>(message.body) ||
      (asks_to_read && !mutated(Mutation::follower_read_forgets_term))) {
    // These do not depend on a term: any leader can answer, and a confirmed index stays valid (ForwardedReads).
    dispatch(now, message, effects);
    return;
  }
  ignore(message, Reason::stale_term, effects);
  if (const auto* vote = std::get_if<RequestVote>(&message.body)) {
    send(message.from, RequestVoteReply{.granted = false, .pre_vote = vote->pre_vote}, effects);
  } else if (const auto* append = std::get_if<AppendEntries>(&message.body)) {
    send(message.from,
         AppendEntriesReply{.previous = append->previous.index,
                            .count = static_cast<std::uint32_t>(append->entries.size()),
                            .success = false,
                            .last_index = log_.last().index},
         effects);
  } else if (const auto* install = std::get_if<InstallSnapshot>(&message.body)) {
    const SnapshotChunk& chunk = *install->chunk;
    send(message.from,
         InstallSnapshotReply{
             .last = chunk.snapshot.last.index, .snapshot = chunk.snapshot.digest, .offset = chunk.offset},
         effects);
  }
}

void Raft::dispatch(Instant now, const Message& message, Effects& effects) {
  std::visit([&](const auto& body) { handle(now, message, body, effects); }, message.body);
}

void Raft::adopt_term(Instant now, Term term, Effects& effects) {
  RAFTSIM_ASSERT(term > hard_state_.term, "terms only grow");
  hard_state_ = {.term = term, .vote = no_server};  // the only place where a vote is reset: with its term
  save_hard_state(effects);
  observe(AdoptedTerm{term}, Reason::higher_term, effects);
  forget_leader(effects);
  become_follower(now, Reason::higher_term, effects);
}

void Raft::become_follower(Instant now, Reason reason, Effects& effects) {
  if (role_ == Role::follower) return;
  const bool led = role_ == Role::leader;
  role_ = Role::follower;
  votes_ = {};
  observe(BecameRole{role_, term()}, reason, effects);
  if (led) {
    leave_office(effects);
    draw_election_timeout(now, effects);  // a leader has none; the others keep theirs
  }
}

void Raft::leave_office(Effects& effects) {
  forget_leader(effects);
  give_up_reads(effects);
  leadership_.reset();
}

void Raft::forget_leader(Effects& effects) {
  leader_ = no_server;
  give_up_forwarded_reads(never, effects);
}

// --- durability ---

// The write of this input: all its changes become durable together.
Write& Raft::write_for(Effects& effects) {
  if (!effects.write) {
    effects.write.emplace();
    effects.write->ticket = writes_.begin();
  }
  return *effects.write;
}

void Raft::save_hard_state(Effects& effects) {
  if (mutated(Mutation::term_vote_not_persisted)) return;
  write_for(effects).hard_state = hard_state_;
  writes_.covers_hard_state();
}

void Raft::save_entries(Index first, Effects& effects) {
  Write& write = write_for(effects);
  write.first = write.has_entries() ? std::min(write.first, first) : first;
  write.last = log_.last().index;
  writes_.covers_entries(write.last);
}

void Raft::truncate_from(Index first, Reason reason, Effects& effects) {
  log_.truncate_from(first);
  writes_.lower_stable_index(first.previous());
  if (!mutated(Mutation::stable_aba)) writes_.clip_in_flight(first.previous());
  observe(Truncated{first}, reason, effects);
  if (mutated(Mutation::no_config_rollback)) return;
  configurations_.truncate_from(first);
  configuration_changed(Reason::configuration_rolled_back, effects);
}

void Raft::append(const Entry& entry, Reason reason, Effects& effects) {
  log_.append(entry);
  if (leadership_ && options_.max_uncommitted_bytes != 0) leadership_->uncommitted.add(wire_size(entry));
  observe(Appended{log_.last(), digest_of(entry)}, reason, effects);
  if (entry.kind != EntryKind::configuration) return;
  const auto configuration = decode_configuration(entry.payload.view());
  RAFTSIM_ASSERT(configuration.has_value(), "a configuration entry holds a configuration");
  configurations_.append(log_.last().index, *configuration);
  configuration_changed(Reason::configuration_appended, effects);
}

// --- messages ---

Message Raft::to(ServerId server, Term term, decltype(Message::body)&& body) const {
  return {.from = self_, .to = server, .term = term, .body = std::move(body)};
}

void Raft::send(ServerId server, decltype(Message::body)&& body, Effects& effects) const {
  effects.messages.emplace_back(self_, server, term(), std::move(body));
}

void Raft::send_once_durable(Ticket ticket, ServerId server, decltype(Message::body)&& body, Effects& effects) {
  if (writes_.completed(ticket)) {
    send(server, std::move(body), effects);
  } else {
    writes_.hold(ticket, to(server, term(), std::move(body)));
  }
}

void Raft::ignore(const Message& message, Reason reason, Effects& effects) const {
  observe(Ignored{message.from}, reason, effects);
}

// --- positions and views of servers ---

std::size_t Raft::position_of(ServerId server) const {
  const std::size_t usual = server.value - std::size_t{1};  // servers are usually named S1, S2, ...
  if (usual < servers_.size() && servers_[usual] == server) return usual;
  return static_cast<std::size_t>(std::find(servers_.begin(), servers_.end(), server) - servers_.begin());
}

const Progress* Raft::progress_of(ServerId server) const {
  const std::size_t position = position_of(server);
  return !leadership_ || server == self_ || position == servers_.size() ? nullptr : &leadership_->progress[position];
}

}  // namespace raftsim::core
