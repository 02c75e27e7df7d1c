// Which seeds a sweep runs, with how many threads, and when it has seen enough.
#pragma once

#include <cstdint>

namespace raftsim::tools {

struct SweepPlan {
  std::uint64_t first_seed = 1;
  std::uint64_t seeds = 1000;
  unsigned jobs = 1;
  std::uint64_t max_violations = 10;  // the sweep ends with the run that is the last of so many

  // One run in twenty is made twice: the first, the twenty-first, ...
  [[nodiscard]] bool runs_twice(std::uint64_t position) const { return position % 20 == 0; }
  [[nodiscard]] std::uint64_t seed(std::uint64_t position) const { return first_seed + position; }
};

// Throws BadInput for zeros, too many jobs, and seeds past the last one.
void check(const SweepPlan& plan);

// The cores that this process may use.
[[nodiscard]] unsigned available_cores();

}  // namespace raftsim::tools
