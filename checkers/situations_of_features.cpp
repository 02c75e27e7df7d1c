// The situations of what stands on top of elections and replication: snapshots, configurations, leadership transfer,
// reads, and the sessions of clients.
#include <algorithm>

#include "checkers/ledger.hpp"
#include "checkers/situations.hpp"

namespace raftsim::checkers {

namespace {

using core::Reason;
using core::Role;
using Kind = core::ObservationKind;

// Whether the log differs from what was committed somewhere up to `last`.
bool diverges(const Ledger& ledger, const LogModel& log, core::Index last) {
  const core::Index index = std::min({last, log.last(), ledger.committed_last()});
  return log.has(index) && index >= ledger.committed_first() && log.chain_at(index) != ledger.committed(index).chain;
}

}  // namespace

void SituationSpotter::heed_feature(const Ledger& ledger, const core::Observation& said) {
  switch (said.kind) {
    case Kind::took_snapshot:
      reach(Situation::snapshot_taken);
      break;
    case Kind::installed_snapshot:
      heed_installed(ledger, said);
      break;
    case Kind::configured:
      heed_configuration(ledger, said);
      break;
    case Kind::transferring:
      if (said.reason == Reason::transfer_begun) reach(Situation::transfer_begun);
      if (said.reason == Reason::transfer_timed_out) reach(Situation::transfer_timed_out);
      of(said.server).transfers = said.reason != Reason::transfer_timed_out;
      break;
    case Kind::read_confirmed:
      reach(said.reason == Reason::confirmed_by_lease ? Situation::read_confirmed_by_lease
                                                      : Situation::read_confirmed_by_quorum);
      break;
    default:
      break;
  }
}

void SituationSpotter::heed_installed(const Ledger& ledger, const core::Observation& said) {
  of(said.server).receives_snapshot = false;
  reach(Situation::snapshot_installed);
  if (said.next > said.index) reach(Situation::suffix_kept);
  if (diverges(ledger, ledger.of(said.server).log, said.index)) reach(Situation::snapshot_over_divergent_log);
}

void SituationSpotter::heed_configuration(const Ledger& ledger, const core::Observation& said) {
  if (said.reason == Reason::configuration_rolled_back) reach(Situation::configuration_rolled_back);
  if (said.reason == Reason::configuration_rolled_back || said.reason == Reason::configuration_restored) return;
  const core::Configuration& before = ledger.of(said.server).configuration;
  const core::Configuration& now = said.configuration;
  reach(Situation::configuration_appended);
  if (now.joint() && !before.joint()) reach(Situation::joint_entered);
  if (before.joint() && !now.joint()) reach(Situation::joint_left);
  if (!(before.learners & now.voters).empty()) reach(Situation::learner_promoted);
}

void SituationSpotter::heed_role(const Ledger& ledger, const core::Observation& said) {
  auto& mine = of(said.server);
  if (said.role == Role::leader) {
    if (mine.asked_to_stand) reach(Situation::transfer_completed);
  } else if (said.role == Role::follower) {
    const bool led = ledger.of(said.server).role == Role::leader;
    if (led && said.reason == Reason::removed) reach(Situation::leader_removed_itself);
  }
  mine.transfers = false;
  mine.asked_to_stand = said.role == Role::candidate && said.reason == Reason::timeout_now;
}

void SituationSpotter::heed_applied(const core::Observation& said) {
  if (said.client == 0) return;
  if (said.next == core::Index{}) {
    reach(Situation::session_refused);
  } else if (said.next < said.index) {
    reach(Situation::answered_from_session);
  }
}

void SituationSpotter::delivered_feature(const Ledger& ledger, const sim::Packet& packet,
                                         const core::Message& message) {
  const auto& receiver = ledger.of(message.to);
  if (const auto* install = std::get_if<core::InstallSnapshot>(&message.body)) {
    if (packet.duplicate_of != 0) reach(Situation::duplicate_chunk_delivered);
    if (message.term < receiver.hard_state.term) return;  // refused
    const bool news = install->chunk->snapshot.last.index > receiver.commit_index;
    of(message.to).receives_snapshot = news && !install->chunk->last();
  } else if (const auto* reply = std::get_if<core::AppendEntriesReply>(&message.body)) {
    const bool over = receiver.role != Role::leader || message.term < receiver.hard_state.term;
    if (reply->round != 0 && over) reach(Situation::read_round_overtaken);
  }
}

void SituationSpotter::crashing_feature(const Ledger& ledger, core::ServerId server) {
  auto& mine = of(server);
  const auto& view = ledger.of(server);
  const bool sends = view.role == Role::leader &&
                     std::any_of(view.progress.begin(), view.progress.end(), [](const ProgressView& follower) {
                       return follower.state == core::ProgressState::snapshot;
                     });
  if (mine.receives_snapshot || sends) reach(Situation::snapshot_transfer_interrupted);
  if (mine.transfers && view.role == Role::leader) reach(Situation::transfer_interrupted);
  mine.receives_snapshot = false;
  mine.transfers = false;
  mine.asked_to_stand = false;
}

}  // namespace raftsim::checkers
