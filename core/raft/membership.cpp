// The configuration in force, and how a leader changes it (paper, section 6; dissertation, chapter 4).
//
// In general a change goes through a joint configuration C_old,new, which needs a majority of each side (dissertation,
// section 4.3), and from there to C_new. If the voters differ by at most one server, every majority of C_old overlaps
// every majority of C_new anyway (dissertation, section 4.1), so C_new is appended directly.
//
// Who may start an election. A server votes for any candidate, whatever its configuration says. But when may a server
// that is not in its own latest configuration still start an election? "Never" would be wrong: that configuration may
// exist on this server alone. Take S1 and S2, where S1, the leader, is being removed: it appends {S2}, crashes and
// restarts. S2 has not received the entry; it needs S1's vote and does not get it, because S1's log is longer. If S1
// did not start an election either, the cluster would be stuck although both servers are up. "Always" would be wrong,
// too: a server that was removed for good would request votes forever. So a server may start an election if it votes in
// the latest configuration that it knows to be committed or in any later one (dissertation, section 4.2.2: it "might
// still be needed until the C_new entry is committed"). Its own vote does not count if it is not in the latest. A
// server that was removed without learning that this is committed may request votes in vain; pre-vote and leader
// stickiness keep it from disturbing the cluster (section 4.2.3).
#include <algorithm>
#include <utility>

#include "core/assertion.hpp"
#include "core/raft/raft.hpp"

namespace raftsim::core {

const char* describe(ChangeRefusal refusal) {
  switch (refusal) {
    case ChangeRefusal::none:
      return "";
    case ChangeRefusal::not_leader:
      return "it does not lead";
    case ChangeRefusal::change_under_way:
      return "the last change is not complete";
    case ChangeRefusal::term_not_confirmed:
      return "no entry of its own term is committed yet";
    case ChangeRefusal::transfer_under_way:
      return "it is handing over leadership";
    case ChangeRefusal::malformed:
      return "not a configuration to change to";
    case ChangeRefusal::unchanged:
      return "it is in force already";
    case ChangeRefusal::not_caught_up:
      return "a new voter has not caught up";
  }
  return "?";
}

// --- the configuration in force ---

void Raft::go_by_configuration_in_force() {
  in_force_ = mutated(Mutation::activate_at_apply) ? configurations_.at(commit_index_) : configurations_.latest();
  const Configuration& configuration = in_force_.configuration;
  servers_.clear();
  for (const ServerId server : configuration.members()) servers_.push_back(server);
  deciding_ = configuration;
  if (mutated(Mutation::joint_union_quorum) && configuration.joint()) {
    deciding_.voters = configuration.voters | configuration.outgoing;
    deciding_.outgoing = {};
  }
  if (mutated(Mutation::learner_in_quorum)) deciding_.voters = deciding_.voters | configuration.learners;
}

// Call whenever the latest configuration in `configurations_` may have changed.
void Raft::configuration_changed(Reason reason, Effects& effects) {
  const Configurations::Change before = in_force_;
  const std::vector<ServerId> members = servers_;
  go_by_configuration_in_force();
  if (in_force_ == before) return;
  if (role_ == Role::leader) realign_progress(members);
  observe(Configured{in_force_.index, in_force_.configuration}, reason, effects);
  if (!mutated(Mutation::progress_kept_by_place) || role_ != Role::leader) return;
  for (std::size_t i = 0; i < servers_.size(); ++i) {  // so that the view shows the bug
    if (servers_[i] != self_) observe_progress(i, Reason::none, effects);
  }
}

Observation Raft::configured_at_boot() const {
  return {self_, Configured{in_force_.index, in_force_.configuration}, Reason::configuration_restored};
}

// Keeps what is known of the members that stay. A new member counts as heard at the last heartbeat, so that CheckQuorum
// gives it some time to answer.
void Raft::realign_progress(const std::vector<ServerId>& before) {
  std::vector<Progress> progress(
      servers_.size(), Progress(log_.last().index.next(), leadership_->heartbeat_at - options_.heartbeat_interval));
  std::vector<CatchUp> catch_up(servers_.size());
  for (std::size_t i = 0; i < servers_.size(); ++i) {
    const auto found = std::find(before.begin(), before.end(), servers_[i]);
    const bool by_place = mutated(Mutation::progress_kept_by_place) && i < before.size();
    if (found == before.end() && !by_place) continue;
    const auto old = by_place ? i : static_cast<std::size_t>(found - before.begin());
    progress[i] = leadership_->progress[old];
    catch_up[i] = leadership_->catch_up[old];
  }
  leadership_->progress = std::move(progress);
  leadership_->catch_up = std::move(catch_up);
}

// --- learners (dissertation, section 4.2.1) ---

void Raft::follow_catch_up(std::size_t learner, Instant now, Effects& effects) {
  const Index match = leadership_->progress[learner].match_index();
  if (!leadership_->catch_up[learner].heard(match, log_.last().index, now, options_.election_timeout_min)) return;
  observe(CaughtUp{servers_[learner], match}, Reason::none, effects);
}

bool Raft::has_caught_up(ServerId server, Instant now) const {
  const std::size_t position = position_of(server);
  return position < servers_.size() && leadership_->catch_up[position].ready(now, options_.election_timeout_min);
}

// --- changes ---

ChangeRefusal Raft::why_not_change(Instant now, const Configuration& target) const {
  if (role_ != Role::leader) return ChangeRefusal::not_leader;
  if (target.voters.empty() || target.joint() || !(target.voters & target.learners).empty()) {
    return ChangeRefusal::malformed;
  }
  if (leadership_->transfer.under_way()) return ChangeRefusal::transfer_under_way;
  const Configuration& current = configuration();
  if (target == current) return ChangeRefusal::unchanged;
  const bool complete = configurations_.latest().index <= commit_index_ && !current.joint();
  if (!complete && !mutated(Mutation::two_pending)) return ChangeRefusal::change_under_way;
  if (log_.term_at(commit_index_) != term() && !mutated(Mutation::ongaro_2015)) {
    return ChangeRefusal::term_not_confirmed;
  }
  if (!options_.learners_first || mutated(Mutation::no_catchup)) return ChangeRefusal::none;
  for (const ServerId server : target.voters - current.voters) {
    if (!has_caught_up(server, now)) return ChangeRefusal::not_caught_up;
  }
  return ChangeRefusal::none;
}

std::optional<Index> Raft::change_configuration(Instant now, const Configuration& target, Effects& effects) {
  if (why_not_change(now, target) != ChangeRefusal::none) return std::nullopt;
  const ServerSet old = configuration().voters;
  const std::size_t differing = ((old - target.voters) | (target.voters - old)).size();
  Configuration next = target;
  if (differing > 1 && !mutated(Mutation::minority_remove)) next.outgoing = old;
  append_configuration(next, Reason::none, effects);
  const Index index = log_.last().index;
  send_to_all(now, effects);
  return index;
}

void Raft::append_configuration(const Configuration& configuration, Reason reason, Effects& effects) {
  append(Entry{.term = term(), .kind = EntryKind::configuration, .payload = encode(configuration)}, reason, effects);
  save_entries(log_.last().index, effects);
}

// Happens exactly once, because C_new is in force as soon as it is appended. A leader elected meanwhile does it, too:
// it learns that the joint configuration is committed at the latest when it commits the first entry of its own term.
void Raft::leave_joint_once_committed(Effects& effects) {
  const Configuration& joint = in_force_.configuration;
  if (!joint.joint() || in_force_.index > commit_index_) return;
  if (mutated(Mutation::autoleave_bug) && log_.term_at(in_force_.index) != term()) return;
  append_configuration({.voters = joint.voters, .outgoing = {}, .learners = joint.learners}, Reason::left_joint,
                       effects);
}

// A leader that is not in C_new manages a cluster to which it does not belong until C_new is committed (dissertation,
// section 4.2.2): before that, the servers of C_new may be unable to elect another leader.
void Raft::step_down_once_removed(Instant now, Effects& effects) {
  const Configuration& configuration = in_force_.configuration;
  if (configuration.joint() || configuration.voters.contains(self_) || in_force_.index > commit_index_) return;
  if (mutated(Mutation::leader_outlives_removal)) return;
  become_follower(now, Reason::removed, effects);
}

// A planted bug: a server that is not in the latest configuration believes that it has been removed.
bool Raft::retired() const { return !configuration().empty() && !configuration().members().contains(self_); }

}  // namespace raftsim::core
