// Situations of the features built on elections and replication: snapshots, configurations, leadership transfer, reads,
// and client sessions.
#include <algorithm>

#include "checkers/ledger.hpp"
#include "checkers/situations.hpp"

namespace raftsim::checkers {

namespace {

using core::Reason;
using core::Role;

// Whether the log differs from what was committed anywhere up to `last`.
bool diverges(const Ledger& ledger, const LogModel& log, core::Index last) {
  const core::Index index = std::min({last, log.last(), ledger.committed_last()});
  return log.has(index) && index >= ledger.committed_first() && log.chain_at(index) != ledger.committed(index).chain;
}

}  // namespace

void SituationSpotter::heard(const Ledger& /*ledger*/, core::ServerId /*server*/, core::Reason /*reason*/,
                             const core::TookSnapshot& /*took*/) {
  reach(Situation::snapshot_taken);
}

void SituationSpotter::heard(const Ledger& ledger, core::ServerId server, core::Reason /*reason*/,
                             const core::InstalledSnapshot& installed) {
  of(server).receives_snapshot = false;
  reach(Situation::snapshot_installed);
  if (installed.log_last > installed.last.index) reach(Situation::suffix_kept);
  if (diverges(ledger, ledger.log(server), installed.last.index)) reach(Situation::snapshot_over_divergent_log);
}

void SituationSpotter::heard(const Ledger& /*ledger*/, core::ServerId server, core::Reason reason,
                             const core::Transferring& /*transferring*/) {
  if (reason == Reason::transfer_begun) reach(Situation::transfer_begun);
  if (reason == Reason::transfer_timed_out) reach(Situation::transfer_timed_out);
  of(server).transfers = reason != Reason::transfer_timed_out;
}

void SituationSpotter::heard(const Ledger& /*ledger*/, core::ServerId /*server*/, core::Reason reason,
                             const core::ReadConfirmed& /*confirmed*/) {
  reach(reason == Reason::confirmed_by_lease ? Situation::read_confirmed_by_lease
                                             : Situation::read_confirmed_by_quorum);
}

void SituationSpotter::heard(const Ledger& ledger, core::ServerId server, core::Reason reason,
                             const core::Configured& configured) {
  if (reason == Reason::configuration_rolled_back) reach(Situation::configuration_rolled_back);
  if (reason == Reason::configuration_rolled_back || reason == Reason::configuration_restored) return;
  const core::Configuration& before = ledger.of(server).configuration;
  const core::Configuration& now = configured.configuration;
  reach(Situation::configuration_appended);
  if (now.joint() && !before.joint()) reach(Situation::joint_entered);
  if (before.joint() && !now.joint()) reach(Situation::joint_left);
  if (!(before.learners & now.voters).empty()) reach(Situation::learner_promoted);
}

void SituationSpotter::hears_of_transfer(const Ledger& ledger, core::ServerId server, core::Reason reason,
                                         const core::BecameRole& became) {
  auto& mine = of(server);
  if (became.role == Role::leader) {
    if (mine.asked_to_stand) reach(Situation::transfer_completed);
  } else if (became.role == Role::follower) {
    const bool led = ledger.of(server).role == Role::leader;
    if (led && reason == Reason::removed) reach(Situation::leader_removed_itself);
  }
  mine.transfers = false;
  mine.asked_to_stand = became.role == Role::candidate && reason == Reason::timeout_now;
}

void SituationSpotter::heard(const Ledger& /*ledger*/, core::ServerId /*server*/, core::Reason /*reason*/,
                             const core::Applied& applied) {
  if (applied.command == core::CommandName{}) return;
  if (applied.effect == core::Index{}) {
    reach(Situation::session_refused);
  } else if (applied.effect < applied.position.index) {
    reach(Situation::answered_from_session);
  }
}

void SituationSpotter::delivered_feature(const Ledger& ledger, const sim::Packet& packet,
                                         const core::Message& message) {
  const auto& receiver = ledger.of(message.to);
  if (const auto* install = std::get_if<core::InstallSnapshot>(&message.body)) {
    if (packet.duplicate_of != 0) reach(Situation::duplicate_chunk_delivered);
    if (message.term < receiver.hard_state.term) return;  // will be rejected
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
