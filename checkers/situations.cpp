#include "checkers/situations.hpp"

#include <algorithm>

#include "checkers/ledger.hpp"

namespace raftsim::checkers {

using core::Role;
using Kind = core::ObservationKind;

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

void SituationSpotter::observed(const Ledger& ledger, const core::Observation& said) {
  switch (said.reason) {
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
  switch (said.kind) {
    case Kind::booted:
      if (said.peer != core::no_server) reach(Situation::restarted_with_vote);
      break;
    case Kind::became:
      became(ledger, said);
      heed_role(ledger, said);
      break;
    case Kind::granted_vote:
      // A pre-vote is asked for in a later term than the voter's.
      if (said.term == ledger.of(said.server).hard_state.term) of(said.server).vote_unsent = true;
      break;
    case Kind::truncated:
      reach(Situation::entries_truncated);
      if (ledger.of(said.server).log.last() > ledger.of(said.server).stored) {
        reach(Situation::overwritten_before_durable);
      }
      break;
    case Kind::advanced_commit:
      advanced_commit(ledger, said);
      break;
    case Kind::moved_progress:
      moved_progress(ledger, said);
      break;
    case Kind::rejected_append:
      reach(said.reason == core::Reason::conflicting_previous ? Situation::append_conflicting_previous
                                                              : Situation::append_missing_previous);
      break;
    case Kind::applied:
      heed_applied(said);
      break;
    case Kind::configured:
    case Kind::took_snapshot:
    case Kind::installed_snapshot:
    case Kind::transferring:
    case Kind::read_confirmed:
      heed_feature(ledger, said);
      break;
    default:
      break;
  }
}

void SituationSpotter::became(const Ledger& ledger, const core::Observation& said) {
  const auto role = ledger.of(said.server).role;
  if (said.role == Role::candidate && said.term > contested_) {
    if (contested_ > core::Term{} && ledger.leader_of(contested_) == nullptr) reach(Situation::split_vote);
    contested_ = said.term;
  } else if (said.role == Role::leader) {
    of(said.server).newest_replies.assign(ledger.size(), 0);
    const auto& servers = ledger.servers();
    if (std::any_of(servers.begin(), servers.end(), [&](const auto& other) {
          return other.up && other.role == Role::leader && other.hard_state.term < said.term;
        })) {
      reach(Situation::two_leaders);
    }
  } else if (said.role == Role::follower && role == Role::leader) {
    if (said.reason == core::Reason::lost_quorum) reach(Situation::stepped_down_without_quorum);
    if (said.reason == core::Reason::higher_term) reach(Situation::deposed_by_higher_term);
  }
}

void SituationSpotter::moved_progress(const Ledger& ledger, const core::Observation& said) {
  const auto* before = ledger.progress(said.server, said.peer);
  if (before != nullptr && before->backup_rounds == 1 && before->after(said).backup_rounds == 2) {
    reach(Situation::backed_up_several_rounds);
  }
}

void SituationSpotter::advanced_commit(const Ledger& ledger, const core::Observation& said) {
  const auto& server = ledger.of(said.server);
  const auto first = server.commit_index.next();
  if (server.role == Role::leader && ledger.committed_last() < first && first < said.index && server.log.has(first) &&
      server.log.term_at(first) < server.hard_state.term) {
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

void SituationSpotter::crashing(const Ledger& ledger, core::ServerId server) {
  const auto& view = ledger.of(server);
  auto& mine = of(server);
  if (view.role == Role::leader) {
    reach(Situation::leader_crashed);
    if (view.log.last() > view.commit_index) reach(Situation::leader_crashed_with_uncommitted);
  }
  crashing_feature(ledger, server);
  if (mine.vote_unsent) reach(Situation::voted_then_crashed_before_reply);
  mine.vote_unsent = false;
  mine.newest_replies.clear();
  mine.durable_before = view.durable.log().last().value;
  mine.unsynced =
      view.durable.hard_state() != view.hard_state || !view.durable.log().agrees_with(view.log, view.log.last());
  if (mine.unsynced) reach(Situation::crashed_with_unsynced_state);
}

void SituationSpotter::crashed(const Ledger& ledger, core::ServerId server) {
  const auto& view = ledger.of(server);
  const auto& durable = view.durable;
  if (of(server).unsynced) {
    if (durable.hard_state() != view.hard_state || !durable.log().agrees_with(view.log, view.log.last())) {
      reach(Situation::crash_lost_unsynced_state);
    }
    if (durable.log().last().value > of(server).durable_before) reach(Situation::unsynced_state_survived);
  }
  auto up = ledger.up();
  const bool quorum_is_up = ledger.committed_configuration().has_quorum(up);
  up.insert(server);
  if (!quorum_is_up && ledger.committed_configuration().has_quorum(up)) reach(Situation::majority_down);
}

}  // namespace raftsim::checkers
