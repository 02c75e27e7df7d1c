// Whether a learner is close enough behind to become a voter (dissertation, section 4.2.1).
#pragma once

#include <cstdint>

#include "core/hash.hpp"
#include "core/types.hpp"

namespace raftsim::core {

// A new voter that lacks most of the log cannot help to commit anything until it has it: a cluster of three that has
// added one such server stands still when one of the others fails. So it learns first, in rounds: a round brings what
// the leader's log held when it began, and the next one what has come meanwhile. A round shorter than an election
// timeout shows that the learner keeps pace: what it lacks can be brought before anybody's patience ends.
//
// Rounds go on for as long as it learns, so that one that has caught up once and is gone since is not taken for ready.
class CatchUp {
 public:
  // The learner answered: it has everything up to `match`, and the leader's log ends at `last`. Returns whether it has
  // caught up for the first time just now.
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
  // The last round was quick, and the present one may still be.
  [[nodiscard]] bool ready(Instant now, Duration limit) const { return caught_up_ && now - began_at_ < limit; }

  [[nodiscard]] Digest digest() const {
    const auto flags = (in_round_ ? 1U : 0U) | (caught_up_ ? 2U : 0U) | (ever_caught_up_ ? 4U : 0U);
    return mix(mix(flags, target_.value), static_cast<std::uint64_t>(began_at_.time_since_epoch().count()));
  }
  friend bool operator==(const CatchUp&, const CatchUp&) = default;

 private:
  bool in_round_ = false;
  bool caught_up_ = false;  // by the last round that ended
  bool ever_caught_up_ = false;
  Index target_;  // where the leader's log ended when the round began
  Instant began_at_{};
};

}  // namespace raftsim::core
