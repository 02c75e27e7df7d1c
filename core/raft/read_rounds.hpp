// The reads that a leader has received and cannot answer yet (dissertation, section 6.4).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/hash.hpp"
#include "core/server_set.hpp"
#include "core/types.hpp"

namespace raftsim::core {

// A leader may have been deposed without knowing it. Before it answers a read it must hear from a quorum that it still
// leads, and only replies to messages sent after the read arrived prove that. An older ack only shows that it led
// before the read; since then a newer leader may have been elected and have acknowledged writes. So:
// - Messages carry the number of the round in which they were sent; followers repeat it in their replies.
// - A read joins the next round to be sent, never one already sent. All reads that join before it is sent share it.
// - A round is confirmed once a quorum has answered it or a later one. This also confirms all earlier rounds.
// - The read index is the commit index when the round is sent, which is not less than when the read arrived.
// Rounds are numbered from 1 in each term of leadership. Replies of other terms do not get here.
class ReadRounds {
 public:
  struct Read {
    std::uint64_t number = 0;  // assigned by the requester
    ServerId asker;            // the leader itself, or the follower that was asked
    std::uint64_t round = 0;   // 0: joins the next one
    Index index;               // once the round is known
    friend bool operator==(const Read&, const Read&) = default;
  };

  // --- reads ---
  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }
  void ask(std::uint64_t number, ServerId asker) { waiting_.push_back({number, asker, 0, {}}); }
  // Joins the last round sent, which is wrong (Mutation::read_joins_old_round).
  void join_last_round(std::uint64_t number, ServerId asker, Index index) {
    waiting_.push_back({number, asker, sent_, index});
  }
  // Whether a read waits for a round to be sent and no round that serves reads is unconfirmed.
  [[nodiscard]] bool round_due() const;

  // --- rounds ---
  [[nodiscard]] std::uint64_t sent() const { return sent_; }
  [[nodiscard]] std::uint64_t confirmed() const { return confirmed_; }
  // Starts a new round. The reads that wait for one join it if `read_index` is known.
  void begin(Instant now, std::optional<Index> read_index);
  void answered(ServerId server, std::uint64_t round);
  // The other servers that have answered this round or a later one.
  [[nodiscard]] ServerSet who_answered(std::uint64_t round) const;
  // Confirms the latest round with is_quorum(who_answered(round)). Returns whether that is a newly confirmed one.
  template <class IsQuorum>
  bool confirm(const IsQuorum& is_quorum);
  // When the latest confirmed round was sent; std::nullopt if no longer known.
  [[nodiscard]] std::optional<Instant> confirmed_sent_at() const { return confirmed_sent_at_; }

  // --- answers: function(const Read&), in the order of the requests ---
  template <class Function>
  void take_confirmed(const Function& function);
  // This server is no longer the leader: discards everything.
  template <class Function>
  void give_up(const Function& function);

  [[nodiscard]] Digest digest() const;
  friend bool operator==(const ReadRounds&, const ReadRounds&) = default;

 private:
  // Only the latest unconfirmed rounds are kept. Older ones can still be confirmed but cannot start a lease.
  static constexpr std::size_t remembered_rounds = 64;
  struct Sent {
    std::uint64_t round = 0;
    Instant at{};
    friend bool operator==(const Sent&, const Sent&) = default;
  };

  void confirmed_up_to(std::uint64_t round);

  std::vector<Read> waiting_;
  std::uint64_t sent_ = 0;
  std::uint64_t confirmed_ = 0;
  std::vector<Sent> unconfirmed_;        // ascending
  std::vector<std::uint64_t> answered_;  // the latest round, by server number
  std::optional<Instant> confirmed_sent_at_;
};

template <class IsQuorum>
bool ReadRounds::confirm(const IsQuorum& is_quorum) {
  // Only a round that some server answered last can be the latest with a quorum; or, without other servers, any round.
  std::uint64_t latest = is_quorum(ServerSet()) ? sent_ : confirmed_;
  for (const std::uint64_t round : answered_) {
    if (round > latest && is_quorum(who_answered(round))) latest = round;
  }
  if (latest == confirmed_) return false;
  confirmed_up_to(latest);
  return true;
}

template <class Function>
void ReadRounds::take_confirmed(const Function& function) {
  const auto confirmed = [this](const Read& read) { return read.round != 0 && read.round <= confirmed_; };
  for (const Read& read : waiting_) {
    if (confirmed(read)) function(read);
  }
  std::erase_if(waiting_, confirmed);
}

template <class Function>
void ReadRounds::give_up(const Function& function) {
  for (const Read& read : waiting_) function(read);
  *this = {};
}

}  // namespace raftsim::core
