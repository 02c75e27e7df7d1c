// Where the time of an event goes: what each part of the simulator costs, and how that was found out.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/scenario.hpp"

namespace raftsim::tools {

struct PartCost {
  std::string name;
  double nanoseconds = 0;  // of the processor, an event
  std::string how;         // one line
};

struct Breakdown {
  std::uint64_t runs = 0;
  std::uint64_t events = 0;
  double nanoseconds = 0;       // an event, with everything on
  double allocations = 0;       // an event, with everything on
  double reference = 0;         // nanoseconds of reference_loop.hpp, just before
  std::vector<PartCost> parts;  // their sum is `nanoseconds`: the last one is what is left
};

inline constexpr const char* the_rest = "the rest";

// Makes the runs of the seeds from 1 on (at most so many, fewer when they are long) a few times each, with everything,
// without checkers, with a stopwatch around the core, and taken down, and gives the other parts alone the work that
// they had in it. No normal run has a clock in its loop: what cannot be switched off and does not stand out is measured
// outside, warm and undisturbed, and so is rather too small; what that misses is in the rest.
[[nodiscard]] Breakdown breakdown(const scenarios::Scenario& scenario, std::uint64_t runs);

}  // namespace raftsim::tools
