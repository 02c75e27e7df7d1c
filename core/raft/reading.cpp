// Reads without an entry in the log (dissertation, section 6.4): by a round of messages (ReadRounds), by a lease
// (ReadLease), and on followers by asking the leader (ForwardedReads).
#include "core/raft/quorum.hpp"
#include "core/raft/raft.hpp"

namespace raftsim::core {

// --- asking ---

void Raft::read(Instant now, std::uint64_t read, Effects& effects) {
  if (role_ == Role::leader) {
    read_as_leader(now, self_, read, effects);
    return;
  }
  if (leader_ == no_server || forwarded_reads_.waiting() >= options_.max_waiting_reads) {
    refuse_read(self_, read, effects);
    return;
  }
  // Request or reply may be lost; the client then retries, here or elsewhere.
  forwarded_reads_.ask(read, now + options_.election_timeout_min);
  const Term stamp = mutated(Mutation::follower_read_forgets_term) ? Term{} : term();
  effects.messages.push_back(to(leader_, stamp, ReadIndex{.read = read}));
}

void Raft::handle(Instant now, const Message& message, const ReadIndex& request, Effects& effects) {
  if (role_ == Role::leader) {
    read_as_leader(now, message.from, request.read, effects);
  } else {
    ignore(message, Reason::not_in_role, effects);
    refuse_read(message.from, request.read, effects);
  }
}

void Raft::handle(Instant /*now*/, const Message& message, const ReadIndexReply& reply, Effects& effects) {
  if (!forwarded_reads_.take(reply.read)) {
    ignore(message, Reason::not_in_role, effects);  // a duplicate, or already given up
    return;
  }
  answer_read(self_, {.read = reply.read, .index = reply.index, .confirmed = reply.confirmed}, effects);
}

void Raft::read_as_leader(Instant now, ServerId asker, std::uint64_t read, Effects& effects) {
  if (leadership_->read_rounds.waiting() >= options_.max_waiting_reads) {
    refuse_read(asker, read, effects);
  } else if (leadership_->lease.holds(now) && knows_commit_index()) {
    confirm_read(asker, read, commit_index_, Reason::confirmed_by_lease, effects);
  } else if (mutated(Mutation::read_joins_old_round) &&
             leadership_->read_rounds.sent() > leadership_->read_rounds.confirmed()) {
    leadership_->read_rounds.join_last_round(read, asker, commit_index_);
  } else {
    leadership_->read_rounds.ask(read, asker);
    begin_round_if_due(now, effects);
  }
}

// --- answering ---

void Raft::answer_read(ServerId asker, const ReadOutcome& outcome, Effects& effects) const {
  if (asker == self_) {
    effects.reads.push_back(outcome);
  } else {
    send(asker, ReadIndexReply{.read = outcome.read, .index = outcome.index, .confirmed = outcome.confirmed}, effects);
  }
}

void Raft::refuse_read(ServerId asker, std::uint64_t read, Effects& effects) const {
  answer_read(asker, {.read = read, .index = {}, .confirmed = false}, effects);
}

void Raft::confirm_read(ServerId asker, std::uint64_t read, Index index, Reason reason, Effects& effects) const {
  observe(ReadConfirmed{asker, index, {read}}, reason, effects);
  answer_read(asker, {.read = read, .index = index, .confirmed = true}, effects);
}

// --- rounds ---

// Whether the answers of these servers and of the leader itself confirm a round.
bool Raft::confirms_rounds(ServerSet others) const {
  ServerSet agreeing = others;
  agreeing.insert(self_);
  if (mutated(Mutation::learner_acks_read)) return agreeing.size() >= quorum_of(deciding_.voters.size());
  return deciding_.has_quorum(agreeing);
}

// A new leader has all committed entries, but knows that they are committed only once an entry of its own term is.
bool Raft::knows_commit_index() const {
  return log_.term_at(commit_index_) == term() || mutated(Mutation::readindex_before_term_commit);
}

void Raft::begin_round(Instant now) {
  leadership_->read_rounds.begin(now, knows_commit_index() ? std::optional(commit_index_) : std::nullopt);
}

// Reads that arrive while a round is under way wait for its end or for the next heartbeat, and then share a round: the
// cost of reads does not grow with their number.
void Raft::begin_round_if_due(Instant now, Effects& effects) {
  if (leadership_->read_rounds.waiting() == 0 || !leadership_->read_rounds.round_due() || !knows_commit_index()) return;
  begin_round(now);
  for (std::size_t follower = 0; follower < servers_.size(); ++follower) {
    if (servers_[follower] != self_) send_heartbeat(follower, effects);
  }
  confirm_rounds(now, effects);  // it may be the only voter
}

// Heartbeats start a round to renew a lease, and when reads are waiting: for their first round, or for one that may
// have been lost.
void Raft::begin_heartbeat_round(Instant now) {
  if (options_.lease_reads || leadership_->read_rounds.waiting() != 0) begin_round(now);
}

void Raft::on_round_answered(Instant now, ServerId server, std::uint64_t round, Effects& effects) {
  leadership_->read_rounds.answered(server, round);
  confirm_rounds(now, effects);
}

void Raft::confirm_rounds(Instant now, Effects& effects) {
  if (!leadership_->read_rounds.confirm([this](ServerSet others) { return confirms_rounds(others); })) return;
  if (options_.lease_reads && leadership_->read_rounds.confirmed_sent_at()) {
    const std::uint32_t drift = mutated(Mutation::lease_without_drift_bound) ? 0 : options_.max_clock_drift_permille;
    const Instant start = mutated(Mutation::lease_from_ack_time) ? now : *leadership_->read_rounds.confirmed_sent_at();
    leadership_->lease.renew(start + ReadLease::length(options_.election_timeout_min, drift));
  }
  if (leadership_->read_rounds.waiting() == 0) return;
  leadership_->read_rounds.take_confirmed([&](const ReadRounds::Read& read) {
    confirm_read(read.asker, read.number, read.index, Reason::confirmed_by_quorum, effects);
  });
  begin_round_if_due(now, effects);
}

// --- giving up ---

// This server is no longer the leader. It tells the requesters at once, since no other answer would come.
void Raft::give_up_reads(Effects& effects) {
  leadership_->read_rounds.give_up(
      [&](const ReadRounds::Read& read) { refuse_read(read.asker, read.number, effects); });
}

// Gives up the reads whose deadline is `before` or earlier.
void Raft::give_up_forwarded_reads(Instant before, Effects& effects) {
  if (forwarded_reads_.waiting() == 0) return;
  forwarded_reads_.expire(before, [&](std::uint64_t read) { refuse_read(self_, read, effects); });
}

}  // namespace raftsim::core
