// Whether a learner has caught up enough to become a voter (dissertation, section 4.2.1).
#pragma once

#include <cstdint>

#include "core/hash.hpp"
#include "core/types.hpp"

namespace raftsim::core {

// A new voter that lacks most of the log cannot help to commit anything until it has received it: a cluster of three
// that has added one such server stalls when one of the others fails. So it first learns, in rounds. A round replicates
// what was in the leader's log when it began; the next round replicates what was appended meanwhile. A round shorter
// than an election timeout shows that the learner keeps up: what it lacks can be replicated before anyone's election
// timeout expires.
//
// Rounds continue while the server learns, so that one that caught up once and failed later is not considered ready.
class CatchUp {
 public:
  // The learner replied: it has everything up to `match`, and the leader's log ends at `last`. Returns whether it has
  // just caught up for the first time.
  bool heard(Index match, Index last, Instant now, Duration limit) {
    if (in_round_ && match < target_) return false;
    const bool quick = in_round_ && now - began_at_ < limit;
    const bool first = quick && !ever_caught_up_;
    caught_up_ = quick;
    ever_caught_up_ = ever_caught_up_ || quick;
    in_round_ = true;
    target_ = last;
    began_at_ = now;
    return first;
  }
  // Whether the last round was fast enough and the current one still can be.
  [[nodiscard]] bool ready(Instant now, Duration limit) const { return caught_up_ && now - began_at_ < limit; }

  [[nodiscard]] Digest digest() const {
    const auto flags = (in_round_ ? 1U : 0U) | (caught_up_ ? 2U : 0U) | (ever_caught_up_ ? 4U : 0U);
    return mix(mix(flags, target_.value), static_cast<std::uint64_t>(began_at_.time_since_epoch().count()));
  }
  friend bool operator==(const CatchUp&, const CatchUp&) = default;

 private:
  bool in_round_ = false;
  bool caught_up_ = false;  // as of the last finished round
  bool ever_caught_up_ = false;
  Index target_;  // the last index of the leader's log when the round began
  Instant began_at_{};
};

}  // namespace raftsim::core
