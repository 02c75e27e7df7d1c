// Bounds on progress and efficiency, stated by each scenario.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "core/types.hpp"
#include "sim/time.hpp"

namespace raftsim::checkers {

// All are measured from the end of the chaos. A command submitted later is due `agreement_within` after its submission.
// The defaults allow dozens of elections at Raft's usual timeouts. A scenario that needs tighter bounds states them.
struct ProgressBounds {
  // Within this a server that owes progress (due.hpp) must lead, with a majority following it in its term.
  sim::Duration leader_within = std::chrono::seconds(10);
  // Within this every pending command must be acknowledged.
  sim::Duration agreement_within = std::chrono::seconds(10);
  // Within this every server that is sure to hear of it must have applied what was committed by that agreement.
  sim::Duration convergence_within = std::chrono::seconds(10);
  friend bool operator==(const ProgressBounds&, const ProgressBounds&) = default;
};

// 0: unbounded.
struct EfficiencyBounds {
  std::uint64_t messages_per_entry = 0;  // sent in the whole run, per committed entry
  std::uint64_t bytes_per_entry = 0;
  // The maximum number of consecutive rejections that move next_index back before leader and follower agree again.
  std::uint64_t backup_rounds = 0;
  friend bool operator==(const EfficiencyBounds&, const EfficiencyBounds&) = default;
};

}  // namespace raftsim::checkers
