// When to resend an unanswered message, with exponential backoff (RFC 6298, section 5: the retransmission timer of
// TCP).
#pragma once

#include <algorithm>
#include <cstdint>

#include "core/hash.hpp"
#include "core/options.hpp"
#include "core/types.hpp"

namespace raftsim::core {

// The first wait is Options::resend_after. Each wait that ends without a reply doubles the next one: a follower that
// does not reply is down, cut off or behind a slow link, where each copy lengthens the queue that delays the reply. A
// reply resets the wait to resend_after.
//
// No wait exceeds the minimum election timeout (or resend_after, if that is longer): Raft notices any other loss within
// an election timeout, and a follower that comes back should not wait longer than that for its entries.
class RetransmissionTimer {
 public:
  void sent(Instant now) { sent_at_ = now; }
  void expired() { doublings_ = std::min<std::uint8_t>(doublings_ + 1U, most_doublings); }
  void answered() { doublings_ = 0; }

  // When to resend the last message.
  [[nodiscard]] Instant deadline(const Options& options) const { return sent_at_ + wait(options); }

  [[nodiscard]] Digest mixed_into(Digest digest) const {
    return mix(mix(digest, doublings_), static_cast<std::uint64_t>(sent_at_.time_since_epoch().count()));
  }
  friend bool operator==(const RetransmissionTimer&, const RetransmissionTimer&) = default;

 private:
  static constexpr std::uint8_t most_doublings = 63;

  [[nodiscard]] Duration wait(const Options& options) const {
    const Duration longest = std::max(options.resend_after, options.election_timeout_min);
    Duration result = options.resend_after;
    for (int i = 0; i < doublings_ && result < longest; ++i) result *= 2;
    return std::min(result, longest);
  }

  Instant sent_at_{};
  std::uint8_t doublings_ = 0;
};

}  // namespace raftsim::core
