#include "core/raft/read_rounds.hpp"

namespace raftsim::core {

bool ReadRounds::round_due() const {
  bool due = false;
  for (const Read& read : waiting_) {
    if (read.round > confirmed_) return false;
    due = due || read.round == 0;
  }
  return due;
}

void ReadRounds::begin(Instant now, std::optional<Index> read_index) {
  ++sent_;
  if (unconfirmed_.size() == remembered_rounds) unconfirmed_.erase(unconfirmed_.begin());
  unconfirmed_.push_back({sent_, now});
  if (!read_index) return;
  for (Read& read : waiting_) {
    if (read.round != 0) continue;
    read.round = sent_;
    read.index = *read_index;
  }
}

void ReadRounds::answered(ServerId server, std::uint64_t round) {
  if (round > sent_) return;  // not sent by this leader
  if (answered_.size() <= server.value) answered_.resize(server.value + std::size_t{1});
  answered_[server.value] = std::max(answered_[server.value], round);
}

ServerSet ReadRounds::who_answered(std::uint64_t round) const {
  ServerSet servers;
  for (std::size_t number = 1; number < answered_.size(); ++number) {
    if (answered_[number] >= round) servers.insert({static_cast<std::uint16_t>(number)});
  }
  return servers;
}

void ReadRounds::confirmed_up_to(std::uint64_t round) {
  confirmed_ = round;
  auto end = unconfirmed_.begin();
  for (; end != unconfirmed_.end() && end->round <= round; ++end) confirmed_sent_at_ = end->at;
  unconfirmed_.erase(unconfirmed_.begin(), end);
}

Digest ReadRounds::digest() const {
  Digest result = mix(sent_ - confirmed_, waiting_.size());
  for (const Read& read : waiting_) {
    result = mix(mix(result, read.number), std::uint64_t{read.asker.value} << 32U | (read.round == 0 ? 1U : 0U));
    // What matters is how many rounds ago it was sent, not how many there have been.
    result = mix(mix(result, read.round == 0 ? 0 : sent_ - read.round), read.index.value);
  }
  for (const Sent& sent : unconfirmed_) {
    result = mix(result, static_cast<std::uint64_t>(sent.at.time_since_epoch().count()));
  }
  for (const std::uint64_t round : answered_) result = mix(result, sent_ - round);
  return result;
}

}  // namespace raftsim::core
