#include "checkers/situations.hpp"

#include <algorithm>

#include "checkers/ledger.hpp"

namespace raftsim::checkers {

using core::Role;

namespace {

constexpr std::array<std::string_view, situation_count> names{
    "stale ack delivered to a leader in replicate state",
    "stale ack delivered to a leader in probe state",
    "stale ack delivered to a leader in snapshot state",
    "stale rejection delivered to a leader",
    "stale rejection ignored",
    "ack of an older term delivered to a leader",
    "duplicate AppendEntries delivered",
    "duplicate AppendEntries reply delivered",
    "AppendEntries rejected: previous entry missing",
    "AppendEntries rejected: previous entry conflicts",
    "entries truncated by a conflict",
    "entries truncated before they were durable",
    "leader crashed",
    "leader crashed with uncommitted entries",
    "crash with state not yet durable",
    "crash lost state not yet durable",
    "state not yet durable survived a crash",
    "recovered with a torn tail",
    "voted, then crashed before the reply left",
    "restarted in a term in which it had voted",
    "majority down at once",
    "split vote",
    "two leaders at once",
    "vote denied to a candidate with an older log",
    "vote or pre-vote denied by leader stickiness",
    "leader stepped down without a quorum",
    "leader deposed by a higher term",
    "follower backed up more than one round",
    "probe timed out",
    "window stalled",
    "entry of an older term committed through one of its own",
    "client retried a command",
    "snapshot taken",
    "snapshot installed",
    "snapshot installed over a divergent log",
    "follower kept its entries behind an installed snapshot",
    "duplicate chunk of a snapshot delivered",
    "stale snapshot ignored",
    "crash in the middle of a snapshot's transfer",
    "stale answer to a chunk of a snapshot ignored",
    "configuration appended",
    "configuration rolled back",
    "joint configuration entered",
    "joint configuration left",
    "learner promoted to a voter",
    "leader stepped down after its own removal",
    "proposal refused at the limit of uncommitted bytes",
    "leadership transfer begun",
    "leadership transfer completed",
    "leadership transfer timed out",
    "leader crashed during a leadership transfer",
    "read confirmed by a quorum",
    "read confirmed by a lease",
    "ack of a round of reads delivered after an election",
    "client's retry answered from its session",
    "command refused: its session is unknown",
    "linearizability left undecided",
    "server halted for an error of its disk",
    "server refused a damaged disk",
};
static_assert(!names.back().empty(), "each situation has a name");

}  // namespace

std::string_view name_of(Situation situation) { return names[static_cast<std::size_t>(situation)]; }

std::optional<Situation> situation_named(std::string_view name) {
  const auto place = std::find(names.begin(), names.end(), name);
  if (place == names.end()) return std::nullopt;
  return static_cast<Situation>(place - names.begin());
}

Situations& Situations::operator+=(const Situations& other) {
  for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
  return *this;
}

void SituationSpotter::reasoned(core::Reason reason) {
  switch (reason) {
    case core::Reason::stale_rejection:
      reach(Situation::stale_rejection_ignored);
      break;
    case core::Reason::log_not_up_to_date:
      reach(Situation::vote_denied_to_shorter_log);
      break;
    case core::Reason::heard_leader_recently:
      reach(Situation::vote_denied_by_stickiness);
      break;
    case core::Reason::probe_timeout:
      reach(Situation::probe_timed_out);
      break;
    case core::Reason::window_stalled:
      reach(Situation::window_stalled);
      break;
    case core::Reason::stale_snapshot:
      reach(Situation::stale_snapshot_ignored);
      break;
    case core::Reason::stale_chunk_reply:
      reach(Situation::stale_chunk_reply_ignored);
      break;
    case core::Reason::too_much_uncommitted:
      reach(Situation::proposal_refused_at_limit);
      break;
    default:
      break;
  }
}

void SituationSpotter::heard(const Ledger& /*ledger*/, core::ServerId /*server*/, core::Reason /*reason*/,
                             const core::Booted& booted) {
  if (booted.vote != core::no_server) reach(Situation::restarted_with_vote);
}

void SituationSpotter::heard(const Ledger& ledger, core::ServerId server, core::Reason /*reason*/,
                             const core::GrantedVote& granted) {
  // A pre-vote is requested for a later term than the voter's.
  if (granted.term == ledger.of(server).hard_state.term) of(server).vote_unsent = true;
}

void SituationSpotter::heard(const Ledger& ledger, core::ServerId server, core::Reason /*reason*/,
                             const core::Truncated& /*truncated*/) {
  reach(Situation::entries_truncated);
  if (ledger.log(server).last() > ledger.stored(server)) reach(Situation::overwritten_before_durable);
}

void SituationSpotter::heard(const Ledger& /*ledger*/, core::ServerId /*server*/, core::Reason reason,
                             const core::RejectedAppend& /*rejected*/) {
  reach(reason == core::Reason::conflicting_previous ? Situation::append_conflicting_previous
                                                     : Situation::append_missing_previous);
}

void SituationSpotter::heard(const Ledger& ledger, core::ServerId server, core::Reason reason,
                             const core::BecameRole& became) {
  if (became.role == Role::candidate && became.term > contested_) {
    if (contested_ > core::Term{} && ledger.leader_of(contested_) == nullptr) reach(Situation::split_vote);
    contested_ = became.term;
  } else if (became.role == Role::leader) {
    of(server).newest_replies.assign(ledger.size(), 0);
    for (const auto other : ledger.servers()) {
      if (!ledger.of(other).leads() || ledger.of(other).hard_state.term >= became.term) continue;
      reach(Situation::two_leaders);
      break;
    }
  } else if (became.role == Role::follower && ledger.of(server).role == Role::leader) {
    if (reason == core::Reason::lost_quorum) reach(Situation::stepped_down_without_quorum);
    if (reason == core::Reason::higher_term) reach(Situation::deposed_by_higher_term);
  }
  hears_of_transfer(ledger, server, reason, became);
}

void SituationSpotter::heard(const Ledger& ledger, core::ServerId server, core::Reason /*reason*/,
                             const core::MovedProgress& moved) {
  const auto* before = ledger.progress(server, moved.follower);
  if (before != nullptr && before->backup_rounds == 1 && before->after(moved).backup_rounds == 2) {
    reach(Situation::backed_up_several_rounds);
  }
}

void SituationSpotter::heard(const Ledger& ledger, core::ServerId server, core::Reason /*reason*/,
                             const core::AdvancedCommit& advanced) {
  const auto& state = ledger.of(server);
  const auto& log = ledger.log(server);
  const auto first = state.commit_index.next();
  if (state.role == Role::leader && ledger.committed_last() < first && first < advanced.index && log.has(first) &&
      log.term_at(first) < state.hard_state.term) {
    reach(Situation::older_term_committed_through_own);
  }
}

void SituationSpotter::sent(const core::Message& message) {
  const auto* reply = std::get_if<core::RequestVoteReply>(&message.body);
  if (reply != nullptr && reply->granted && !reply->pre_vote) of(message.from).vote_unsent = false;
}

void SituationSpotter::delivered(const Ledger& ledger, const sim::Packet& packet, const core::Message& message) {
  const bool duplicate = packet.duplicate_of != 0;
  if (std::holds_alternative<core::AppendEntries>(message.body)) {
    if (duplicate) reach(Situation::duplicate_append_delivered);
  } else if (const auto* reply = std::get_if<core::AppendEntriesReply>(&message.body)) {
    if (duplicate) reach(Situation::duplicate_ack_delivered);
    if (ledger.of(message.to).role == Role::leader) delivered_reply(ledger, packet, message, *reply);
    if (reply->round != 0) delivered_feature(ledger, packet, message);
  } else {
    delivered_feature(ledger, packet, message);
  }
}

namespace {

Situation stale_ack_in(core::ProgressState state) {
  switch (state) {
    case core::ProgressState::probe:
      return Situation::stale_ack_in_probe;
    case core::ProgressState::replicate:
      return Situation::stale_ack_in_replicate;
    case core::ProgressState::snapshot:
      break;
  }
  return Situation::stale_ack_in_snapshot;
}

}  // namespace

void SituationSpotter::delivered_reply(const Ledger& ledger, const sim::Packet& packet, const core::Message& message,
                                       const core::AppendEntriesReply& reply) {
  const auto term = ledger.of(message.to).hard_state.term;
  if (message.term < term && reply.success) reach(Situation::older_term_ack_delivered);
  const auto* view = ledger.progress(message.to, message.from);
  auto& replies = of(message.to).newest_replies;
  if (message.term != term || view == nullptr || replies.empty()) return;
  auto& newest = replies[message.from.value - 1U];
  const auto sent_as = packet.duplicate_of == 0 ? packet.id : packet.duplicate_of;
  if (sent_as > newest) {
    newest = sent_as;
  } else if (!reply.success) {
    if (reply.previous <= view->match) reach(Situation::stale_rejection_delivered);
  } else if (reply.previous + reply.count < view->match) {
    reach(stale_ack_in(view->state));
  }
}

namespace {

bool is_unsynced(const Ledger& ledger, core::ServerId server) {
  const auto& durable = ledger.durable(server);
  const auto& log = ledger.log(server);
  return durable.hard_state() != ledger.of(server).hard_state || !durable.log().agrees_with(log, log.last());
}

}  // namespace

void SituationSpotter::crashing(const Ledger& ledger, core::ServerId server) {
  const auto& state = ledger.of(server);
  auto& mine = of(server);
  if (state.role == Role::leader) {
    reach(Situation::leader_crashed);
    if (ledger.log(server).last() > state.commit_index) reach(Situation::leader_crashed_with_uncommitted);
  }
  crashing_feature(ledger, server);
  if (mine.vote_unsent) reach(Situation::voted_then_crashed_before_reply);
  mine.vote_unsent = false;
  mine.newest_replies.clear();
  mine.durable_before = ledger.durable(server).log().last().value;
  mine.unsynced = is_unsynced(ledger, server);
  if (mine.unsynced) reach(Situation::crashed_with_unsynced_state);
}

void SituationSpotter::crashed(const Ledger& ledger, core::ServerId server) {
  if (of(server).unsynced) {
    if (is_unsynced(ledger, server)) reach(Situation::crash_lost_unsynced_state);
    if (ledger.durable(server).log().last().value > of(server).durable_before) {
      reach(Situation::unsynced_state_survived);
    }
  }
  auto up = ledger.up();
  const bool quorum_is_up = ledger.committed_configuration().has_quorum(up);
  up.insert(server);
  if (!quorum_is_up && ledger.committed_configuration().has_quorum(up)) reach(Situation::majority_down);
}

}  // namespace raftsim::checkers
