#include "core/machine/sessions.hpp"

#include <algorithm>

#include "core/assertion.hpp"

namespace raftsim::core {

namespace {

std::uint64_t count_of(Instant instant) { return static_cast<std::uint64_t>(instant.time_since_epoch().count()); }

}  // namespace

void Sessions::digest_anew(Kept& kept) {
  const auto& session = kept.session;
  digest_ -= kept.digest;
  kept.digest = mix(kept.seed, count_of(session.last_active));
  // With dedup_in_memory only the leader detects duplicates, so the replicated sessions do not contain these fields.
  if (!mutated(Mutation::dedup_in_memory)) {
    kept.digest = mix(kept.digest, session.sequence << 1U | (session.answer.found ? 1U : 0U));
    kept.digest = mix(kept.digest, session.took_effect_at.value);
    kept.digest = digest_of(session.answer.value.view(), kept.digest);
  }
  digest_ += kept.digest;
}

void Sessions::add(const Session& session) {
  const auto seed = mix(mix(2, session.id.value), session.client);
  digest_anew(sessions_.emplace_back(Kept{.session = session, .seed = seed, .digest = 0}));
  none_older_ = std::min(none_older_, session.last_active);
}

void Sessions::forget(std::vector<Kept>::iterator place) {
  digest_ -= place->digest;
  sessions_.erase(place);
}

void Sessions::open(Index id, std::uint32_t client, Instant now) {
  RAFTSIM_ASSERT(sessions_.empty() || sessions_.back().session.id < id, "sessions are opened at ascending indexes");
  if (!sessions_.empty() && sessions_.size() >= limits_.count) {
    // The first of the smallest: among sessions unused for equally long, the one opened first.
    forget(std::min_element(sessions_.begin(), sessions_.end(), [](const Kept& a, const Kept& b) {
      return a.session.last_active < b.session.last_active;
    }));
  }
  add({.id = id, .client = client, .last_active = now, .sequence = 0, .took_effect_at = {}, .answer = {}});
}

Sessions::Kept& Sessions::at(Index id) {
  return *std::lower_bound(sessions_.begin(), sessions_.end(), id,
                           [](const Kept& kept, Index sought) { return kept.session.id < sought; });
}

const Session* Sessions::find(Index id) const {
  const auto place = std::lower_bound(sessions_.begin(), sessions_.end(), id,
                                      [](const Kept& kept, Index sought) { return kept.session.id < sought; });
  return place != sessions_.end() && place->session.id == id ? &place->session : nullptr;
}

void Sessions::touch(Index id, Instant now) {
  auto& kept = at(id);
  kept.session.last_active = now;
  digest_anew(kept);
}

void Sessions::record(Index id, Instant now, std::uint64_t sequence, Index index, const Answer& answer) {
  auto& kept = at(id);
  kept.session.last_active = now;
  kept.session.sequence = sequence;
  kept.session.took_effect_at = index;
  kept.session.answer = answer;
  digest_anew(kept);
}

void Sessions::expire(Instant now) {
  if (sessions_.empty() || now - none_older_ < limits_.timeout) return;
  none_older_ = Instant::max();
  auto kept = sessions_.begin();
  for (auto& each : sessions_) {
    if (now - each.session.last_active >= limits_.timeout) {
      digest_ -= each.digest;
      continue;
    }
    none_older_ = std::min(none_older_, each.session.last_active);
    if (&*kept != &each) *kept = std::move(each);
    ++kept;
  }
  sessions_.erase(kept, sessions_.end());
}

// The part of a session that a snapshot keeps.
const Session& Sessions::as_saved(const Session& session, Session& without_answers) const {
  if (!mutated(Mutation::sessions_not_in_snapshot) && !mutated(Mutation::dedup_in_memory)) return session;
  without_answers = {.id = session.id,
                     .client = session.client,
                     .last_active = session.last_active,
                     .sequence = 0,
                     .took_effect_at = {},
                     .answer = {}};
  return without_answers;
}

std::size_t Sessions::encoded_size() const {
  std::size_t size = 4;
  Session without_answers;
  for (const auto& kept : sessions_) {
    size += 8 + 4 + 8 + 8 + 8 + 1 + 4 + as_saved(kept.session, without_answers).answer.value.size();
  }
  return size;
}

void Sessions::encode(Encoder& to) const {
  to.u32(static_cast<std::uint32_t>(sessions_.size()));
  Session without_answers;
  for (const auto& kept : sessions_) {
    const auto& session = as_saved(kept.session, without_answers);
    to.u64(session.id.value);
    to.u32(session.client);
    to.i64(session.last_active.time_since_epoch().count());
    to.u64(session.sequence);
    to.u64(session.took_effect_at.value);
    to.u8(session.answer.found ? 1 : 0);
    to.u32(static_cast<std::uint32_t>(session.answer.value.size()));
    to.bytes(session.answer.value.view());
  }
}

bool Sessions::decode(Decoder& from) {
  sessions_.clear();
  digest_ = 0;
  none_older_ = Instant::max();
  for (auto left = from.u32(); left > 0 && from.ok(); --left) {
    Session session;
    session.id = {from.u64()};
    session.client = from.u32();
    session.last_active = Instant(Duration(from.i64()));
    session.sequence = from.u64();
    session.took_effect_at = {from.u64()};
    const auto found = from.u8();
    session.answer = {.found = found == 1, .value = Bytes(from.bytes(from.u32()))};
    const bool ascending = sessions_.empty() || sessions_.back().session.id < session.id;
    if (!from.ok() || found > 1 || !ascending) return false;
    add(session);
  }
  return from.ok();
}

}  // namespace raftsim::core
