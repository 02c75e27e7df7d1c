// What counts as progress and as thrift, stated by each scenario.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "core/types.hpp"
#include "sim/time.hpp"

namespace raftsim::checkers {

// All counted from the end of the chaos. A command submitted later is owed `agreement_within` from then on.
// The defaults leave room for dozens of elections at Raft's usual timeouts: a scenario that cares about less states it.
struct ProgressBounds {
  // One of those who owe progress (due.hpp) leads, and a majority follows it in its term.
  sim::Duration leader_within = std::chrono::seconds(10);
  // Every command that was pending is acknowledged.
  sim::Duration agreement_within = std::chrono::seconds(10);
  // Every server that is sure to hear of it has applied what was committed by that agreement.
  sim::Duration convergence_within = std::chrono::seconds(10);
  friend bool operator==(const ProgressBounds&, const ProgressBounds&) = default;
};

// 0: unbounded.
struct EfficiencyBounds {
  std::uint64_t messages_per_entry = 0;  // sent in the whole run, for each committed entry
  std::uint64_t bytes_per_entry = 0;
  // How many rejections in a row may move next_index back before leader and follower agree again.
  std::uint64_t backup_rounds = 0;
  friend bool operator==(const EfficiencyBounds&, const EfficiencyBounds&) = default;
};

}  // namespace raftsim::checkers
