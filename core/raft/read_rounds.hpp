// The reads that a leader has been asked and cannot answer yet (dissertation, section 6.4).
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

// A leader may have been deposed without knowing. Before it answers a read it must hear from a quorum that it still
// leads, and only what was sent after the read arrived can tell: an older acknowledgement shows that it led before the
// read, when a newer leader may have been elected and have answered writes since. So:
// - Messages carry the number of the round in which they were sent; followers repeat it in their replies.
// - A read joins the next round to be sent, never one that has been. All that join before it is sent share it.
// - A round is confirmed once a quorum has answered it or a later one; with it all rounds before.
// - The read index is the commit index at the moment the round is sent: not less than when the read arrived.
// Rounds are numbered from 1 in each term of leadership; answers of other terms do not get here.
class ReadRounds {
 public:
  struct Read {
    std::uint64_t number = 0;  // the asker's
    ServerId asker;            // the leader itself, or the follower that was asked
    std::uint64_t round = 0;   // 0: joins the next one
    Index index;               // once the round is known
    friend bool operator==(const Read&, const Read&) = default;
  };

  // --- reads ---
  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }
  void ask(std::uint64_t number, ServerId asker) { waiting_.push_back({number, asker, 0, {}}); }
  // Joins the round that was sent last: what must never be done (Mutation::read_joins_old_round).
  void join_last_round(std::uint64_t number, ServerId asker, Index index) {
    waiting_.push_back({number, asker, sent_, index});
  }
  // A read waits for a round to be sent, and none that was sent for reads is unconfirmed.
  [[nodiscard]] bool round_due() const;

  // --- rounds ---
  [[nodiscard]] std::uint64_t sent() const { return sent_; }
  [[nodiscard]] std::uint64_t confirmed() const { return confirmed_; }
  // A new round is sent from now on. The reads that wait for one join it if there is an index for them to read at.
  void begin(Instant now, std::optional<Index> read_index);
  void answered(ServerId server, std::uint64_t round);
  // The others that have answered this round or a later one.
  [[nodiscard]] ServerSet who_answered(std::uint64_t round) const;
  // The latest round for which is_quorum(who answered it) holds is confirmed. Returns whether that is news.
  template <class IsQuorum>
  bool confirm(const IsQuorum& is_quorum);
  // When the latest confirmed round was sent; nothing when that is not known any more.
  [[nodiscard]] std::optional<Instant> confirmed_sent_at() const { return confirmed_sent_at_; }

  // --- answers: function(const Read&), in the order in which they were asked ---
  template <class Function>
  void take_confirmed(const Function& function);
  // This server leads no more: everything is forgotten.
  template <class Function>
  void give_up(const Function& function);

  [[nodiscard]] Digest digest() const;
  friend bool operator==(const ReadRounds&, const ReadRounds&) = default;

 private:
  // Of those unconfirmed, the latest are remembered; the others only cannot start a lease.
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
  // Only a round that somebody answered last can be the latest that a quorum has answered; or, without others, any.
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
