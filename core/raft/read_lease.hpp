// The time for which a leader knows that nobody else can have been elected (dissertation, section 6.4.1).
#pragma once

#include <algorithm>

#include "core/types.hpp"

namespace raftsim::core {

// Who has heard a leader votes for nobody for a minimum election timeout (leader stickiness). So once a quorum has
// answered a round, no other leader can be elected until that time after the round was sent: the answers may have been
// under way for any time, and the promise began with the message.
class ReadLease {
 public:
  // How long the lease of a leader lasts. A follower's clock may run faster than the leader's by the drift, and its
  // promise then ends sooner by the leader's.
  [[nodiscard]] static Duration length(Duration election_timeout_min, std::uint32_t max_drift_permille) {
    return election_timeout_min * 1000 / (1000 + std::int64_t{max_drift_permille});
  }

  void renew(Instant until) { until_ = std::max(until_, until); }
  [[nodiscard]] bool holds(Instant now) const { return !given_up_ && now < until_; }
  // For the rest of this term: who was told to stand for election now is voted for in spite of the promise, and when
  // that message arrives cannot be known.
  void give_up() { given_up_ = true; }

  [[nodiscard]] Instant until() const { return given_up_ ? Instant{} : until_; }
  friend bool operator==(const ReadLease&, const ReadLease&) = default;

 private:
  Instant until_{};
  bool given_up_ = false;
};

}  // namespace raftsim::core
