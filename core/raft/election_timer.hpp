// When a server that hears from no leader starts an election (paper, section 5.2).
#pragma once

#include "core/types.hpp"

namespace raftsim::core {

class ElectionTimer {
 public:
  ElectionTimer() = default;
  ElectionTimer(Instant now, Duration timeout) : timeout_(timeout), deadline_(now + timeout) {}

  // Restarts the timer with the same timeout.
  void restart(Instant now) { deadline_ = now + timeout_; }
  [[nodiscard]] bool expired(Instant now) const { return now >= deadline_; }
  [[nodiscard]] Instant deadline() const { return deadline_; }
  [[nodiscard]] Duration timeout() const { return timeout_; }

  friend bool operator==(const ElectionTimer&, const ElectionTimer&) = default;

 private:
  Duration timeout_{};
  Instant deadline_{};
};

}  // namespace raftsim::core
