// The time during which a leader knows that no other server can have been elected (dissertation, section 6.4.1).
#pragma once

#include <algorithm>

#include "core/types.hpp"

namespace raftsim::core {

// A server that has heard a leader grants no vote for a minimum election timeout (leader stickiness). So once a quorum
// has answered a round, no other leader can be elected until that much time after the round was sent. Counting starts
// when the round was sent, not when the answers arrived: they may have been in flight for any length of time.
class ReadLease {
 public:
  // The duration of a lease. A follower's clock may run faster than the leader's by the drift, so its promise may end
  // earlier by the leader's clock.
  [[nodiscard]] static Duration length(Duration election_timeout_min, std::uint32_t max_drift_permille) {
    return election_timeout_min * 1000 / (1000 + std::int64_t{max_drift_permille});
  }

  void renew(Instant until) { until_ = std::max(until_, until); }
  [[nodiscard]] bool holds(Instant now) const { return !given_up_ && now < until_; }
  // Ends the lease for the rest of this term. A server that was told to start an election (TimeoutNow) receives votes
  // despite the promise, and the leader cannot know when that message arrives.
  void give_up() { given_up_ = true; }

  [[nodiscard]] Instant until() const { return given_up_ ? Instant{} : until_; }
  friend bool operator==(const ReadLease&, const ReadLease&) = default;

 private:
  Instant until_{};
  bool given_up_ = false;
};

}  // namespace raftsim::core
