// Leadership transfer (dissertation, section 3.10).
#include "core/raft/raft.hpp"

namespace raftsim::core {

bool Raft::transfer_leadership(Instant now, ServerId to, Effects& effects) {
  if (role_ != Role::leader || leadership_->transfer.under_way()) return false;
  if (to == self_ || !configuration().votes(to) || progress_of(to) == nullptr) return false;
  leadership_->transfer.begin(to, mutated(Mutation::transfer_never_ends) ? never : now + options_.transfer_timeout);
  observe(Transferring{to}, Reason::transfer_begun, effects);
  bring_up_to_date(position_of(to), now, effects);
  hand_over_if_caught_up(effects);
  return true;
}

// With the whole log of this leader, the successor gets every vote that this leader would get (paper, section 5.4.1).
void Raft::hand_over_if_caught_up(Effects& effects) {
  const Progress* successor = progress_of(leadership_->transfer.to());
  if (successor == nullptr || successor->match_index() != log_.last().index) return;
  leadership_->transfer.requested();
  if (!mutated(Mutation::lease_survives_transfer)) leadership_->lease.give_up();
  send(leadership_->transfer.to(), TimeoutNow{}, effects);
  observe(Transferring{leadership_->transfer.to()}, Reason::transfer_requested, effects);
}

void Raft::give_up_late_transfer(Instant now, Effects& effects) {
  if (now < leadership_->transfer.deadline()) return;
  observe(Transferring{leadership_->transfer.to()}, Reason::transfer_timed_out, effects);
  leadership_->transfer.end();
}

// No pre-vote: the current leader requests the election. A copy that arrives after this server has started an election
// is of an older term. One that arrives after it has forgotten its leader (in a crash, or by starting an election
// itself) is too late to be trusted; the leader's transfer timeout covers that case.
void Raft::handle(Instant now, const Message& message, const TimeoutNow& /*body*/, Effects& effects) {
  if (role_ != Role::follower || leader_ != message.from || !configuration().votes(self_)) {
    ignore(message, Reason::not_in_role, effects);
    return;
  }
  forget_leader(effects);
  become_candidate(now, Reason::timeout_now, effects);
}

}  // namespace raftsim::core
