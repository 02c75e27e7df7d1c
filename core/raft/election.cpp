// Elections: the randomized timer, pre-votes and votes (paper, sections 5.2 and 5.4.1; dissertation, sections 4.2.3 and
// 9.6).
#include "core/assertion.hpp"
#include "core/raft/raft.hpp"

namespace raftsim::core {

// A new timeout is drawn for each attempt, for each new leader, and on stepping down. Other events that restart the
// timer (the leader's messages, a granted vote) keep the timeout, unless Options::redraw_election_timeout is set. Denying a vote or seeing a newer term does not affect
// the timer.
void Raft::draw_election_timeout(Instant now, Effects& effects) {
  election_timer_ = ElectionTimer(now, next_election_timeout_);
  effects.drew_election_timeout = true;
}

void Raft::restart_election_timer(Instant now, Effects& effects) {
  if (options_.redraw_election_timeout) {
    draw_election_timeout(now, effects);
  } else {
    election_timer_.restart(now);
  }
}

void Raft::stand_for_election(Instant now, Effects& effects) {
  forget_leader(effects);  // otherwise it would also keep others from becoming leader
  if (mutated(Mutation::candidate_rejects_install) && incoming_.under_way()) incoming_.refuse_the_rest();
  if (!options_.pre_vote) {
    become_candidate(now, Reason::election_timeout, effects);
    return;
  }
  // Term and vote are unchanged: a pre-vote promises nothing.
  role_ = Role::pre_candidate;
  draw_election_timeout(now, effects);
  observe(BecameRole{role_, term()}, Reason::election_timeout, effects);
  votes_ = {};
  votes_.record(self_, true);
  vote_request_ = {.last = log_.last(), .pre_vote = true};
  ask_again_at_ = now + options_.vote_retry;
  request_votes(effects);
  act_on_votes(now, effects);
}

// From the voters that have not answered. A pre-vote promises nothing, and so needs nothing durable.
void Raft::request_votes(Effects& effects) {
  for (const ServerId server : servers_) {
    if (server == self_ || !deciding_.votes(server) || votes_.has(server)) continue;
    if (role_ == Role::pre_candidate) {
      effects.messages.push_back(to(server, term().next(), vote_request_));
    } else {
      send_once_durable(writes_.ticket_for_hard_state(), server, vote_request_, effects);
    }
  }
}

// The candidate requests votes, and counts its own, only once term and vote are durable. If it lost them in a crash it
// could vote again in the same term.
void Raft::become_candidate(Instant now, Reason reason, Effects& effects) {
  RAFTSIM_ASSERT(role_ != Role::leader, "a leader does not stand for election");
  role_ = Role::candidate;
  hard_state_ = {.term = term().next(), .vote = self_};
  save_hard_state(effects);
  draw_election_timeout(now, effects);
  observe(BecameRole{role_, term()}, reason, effects);
  votes_ = {};
  vote_request_ = {.last = log_.last(), .pre_vote = false, .leadership_transfer = reason == Reason::timeout_now};
  ask_again_at_ = now + options_.vote_retry;
  request_votes(effects);
  vote_for_self_once_durable(now, effects);
}

void Raft::vote_for_self_once_durable(Instant now, Effects& effects) {
  if (role_ != Role::candidate || votes_.has(self_)) return;
  if (!writes_.completed(writes_.ticket_for_hard_state())) return;
  votes_.record(self_, true);
  // A candidate that is not in its own configuration does not count its own vote (dissertation, section 4.2.2).
  if (deciding_.votes(self_)) observe(ReceivedVote{term(), self_}, Reason::none, effects);
  act_on_votes(now, effects);
}

void Raft::act_on_votes(Instant now, Effects& effects) {
  switch (votes_.outcome(deciding_)) {
    case VoteTally::Outcome::open:
      return;
    case VoteTally::Outcome::lost:
      become_follower(now, Reason::lost_election, effects);
      return;
    case VoteTally::Outcome::won:
      if (role_ == Role::pre_candidate) {
        become_candidate(now, Reason::won_pre_vote, effects);
      } else {
        become_leader(now, effects);
      }
  }
}

// Leader stickiness. A leader counts as hearing itself; CheckQuorum makes it step down. A request from the known leader
// itself shows that it no longer leads.
bool Raft::heard_leader_recently(Instant now, ServerId candidate) const {
  if (may_be_in_a_lease(now, candidate)) return true;
  if (!options_.leader_stickiness || leader_ == no_server || leader_ == candidate) return false;
  return role_ == Role::leader || now - heard_leader_at_ < options_.election_timeout_min;
}

// With lease reads stickiness is a promise that must hold even when this server has forgotten the leader, after seeing
// a newer term or after a crash.
bool Raft::may_be_in_a_lease(Instant now, ServerId candidate) const {
  return options_.lease_reads && now < refuses_votes_until_ && leader_ != candidate;
}

// Reason::none grants the vote. Precondition: message.term is not older than this server's term; for a vote (not a
// pre-vote) it equals it. The configuration is not checked: a voter may not know yet that it, or the candidate, is a
// member (dissertation, section 4.1).
Reason Raft::why_not_vote(Instant now, const Message& message, const RequestVote& request) const {
  if (mutated(Mutation::learner_refuses_vote) && !configuration().votes(self_)) return Reason::not_in_role;
  if (request.pre_vote && heard_leader_recently(now, message.from)) return Reason::heard_leader_recently;
  if (message.term == term()) {
    if (!request.leadership_transfer && may_be_in_a_lease(now, message.from)) return Reason::heard_leader_recently;
    if (vote() != no_server && vote() != message.from) return Reason::already_voted;
    if (vote() == no_server && leader_ != no_server) return Reason::leader_of_same_term;
  }
  if (!request.last.at_least_as_up_to_date_as(log_.last()) && !mutated(Mutation::uptodate_missing)) {
    return Reason::log_not_up_to_date;  // section 5.4.1
  }
  return Reason::none;
}

void Raft::handle(Instant now, const Message& message, const RequestVote& request, Effects& effects) {
  const Reason refusal = why_not_vote(now, message, request);
  if (refusal != Reason::none) {
    ignore(message, refusal, effects);
    send(message.from, RequestVoteReply{.granted = false, .pre_vote = request.pre_vote}, effects);
    return;
  }
  if (request.pre_vote) {
    // Only says whether a vote would be granted: no vote is cast and the election timer keeps running. The reply
    // carries the requested term; otherwise the candidate would consider it stale.
    effects.messages.push_back(to(message.from, message.term, RequestVoteReply{.granted = true, .pre_vote = true}));
    return;
  }
  if (vote() != message.from) {
    hard_state_.vote = message.from;
    save_hard_state(effects);
  }
  restart_election_timer(now, effects);
  observe(GrantedVote{term(), message.from}, Reason::none, effects);
  const Ticket durable = mutated(Mutation::vote_reply_before_fsync) ? Ticket{} : writes_.ticket_for_hard_state();
  send_once_durable(durable, message.from, RequestVoteReply{.granted = true, .pre_vote = false}, effects);
}

void Raft::handle(Instant now, const Message& message, const RequestVoteReply& reply, Effects& effects) {
  if (role_ != (reply.pre_vote ? Role::pre_candidate : Role::candidate)) {
    ignore(message, Reason::not_in_role, effects);
    return;
  }
  if (reply.pre_vote && reply.granted && message.term != term().next()) {
    ignore(message, Reason::stale_term, effects);  // from before this server's term increased
    return;
  }
  if (!deciding_.votes(message.from)) return;
  if (!reply.pre_vote && reply.granted && !votes_.has(message.from)) {
    observe(ReceivedVote{term(), message.from}, Reason::none, effects);
  }
  votes_.record(message.from, reply.granted);
  act_on_votes(now, effects);
}

}  // namespace raftsim::core
