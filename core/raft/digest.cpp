#include "core/raft/raft.hpp"

namespace raftsim::core {

namespace {

Digest mix_instant(Digest digest, Instant instant) {
  return mix(digest, static_cast<std::uint64_t>(instant.time_since_epoch().count()));
}

}  // namespace

// Covers all that can affect this server's future behaviour. Options are left out: they do not change during a run.
Digest Raft::digest() const {
  Digest result = mix(self_.value, static_cast<std::uint64_t>(role_));
  for (const std::uint64_t number : {term().value, std::uint64_t{vote().value}, std::uint64_t{leader_.value},
                                     commit_index_.value, log_.base().index.value, log_.base().term.value}) {
    result = mix(result, number);
  }
  for (const Entry& entry : log_.range(log_.base().index.next(), log_.last().index)) {
    result = mix(result, digest_of(entry));
  }
  if (snapshot_) result = mix(result, snapshot_->id().digest);
  result = incoming_.mixed_into(votes_.mixed_into(mix(result, configurations_.digest())));
  result = mix(result, writes_.digest());
  result = mix_instant(result, heard_leader_at_);
  result = mix_instant(result, election_timer_.deadline());
  result = mix(result, static_cast<std::uint64_t>(election_timer_.timeout().count()));
  result = mix(result, static_cast<std::uint64_t>(next_election_timeout_.count()));
  result = mix_instant(forwarded_reads_.mixed_into(result), refuses_votes_until_);
  if (options_.vote_retry > Duration{}) {
    result = mix_instant(mix(result, std::uint64_t{vote_request_.leadership_transfer}), ask_again_at_);
  }
  return leadership_ ? mix(result, leadership_->digest()) : result;
}

Digest Leadership::digest() const {
  Digest result = mix_instant(mix_instant(mix_instant({}, heartbeat_at), check_quorum_at), resend_at);
  result = mix(mix(result, transfer.to().value), transfer.waits_for(transfer.to()) ? 1 : 0);
  result = mix_instant(mix_instant(result, transfer.deadline()), lease.until());
  result = mix(mix(result, read_rounds.digest()), uncommitted.bytes());
  for (const Progress& one : progress) result = mix(result, one.digest());
  for (const CatchUp& learner : catch_up) result = mix(result, learner.digest());
  return result;
}

}  // namespace raftsim::core
