// What a scenario demands of progress and efficiency.
#pragma once

#include <cstdint>

#include "sim/time.hpp"

namespace raftsim::checkers {

// Counted from the end of the chaos.
struct ProgressBounds {
  sim::Duration leader_within = std::chrono::seconds(3);       // some healed server leads, acknowledged by a quorum
  sim::Duration agreement_within = std::chrono::seconds(10);   // every pending command and one more is acknowledged
  sim::Duration convergence_within = std::chrono::seconds(10); // all healed servers committed and applied the same
  friend bool operator==(const ProgressBounds&, const ProgressBounds&) = default;
};

// 0 means unbounded.
struct EfficiencyBounds {
  std::uint64_t messages_per_entry = 0;
  std::uint64_t bytes_per_entry = 0;
  std::uint64_t backup_rounds = 0;  // rejections in a row before a follower's log is found to match
  friend bool operator==(const EfficiencyBounds&, const EfficiencyBounds&) = default;
};

}  // namespace raftsim::checkers
