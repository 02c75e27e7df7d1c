// A sweep that is timed: how fast this machine makes runs.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>

#include "scenarios/scenario.hpp"
#include "tools/terminal/wording.hpp"

namespace raftsim::tools {

struct TimedSweep {
  std::string name;
  unsigned jobs = 1;
  std::uint64_t runs = 0;
  std::uint64_t events = 0;
  std::uint64_t violations = 0;
  std::chrono::nanoseconds virtual_time{};
  std::chrono::nanoseconds real_time{};
  double processor_seconds = 0;  // of all jobs together
  std::uint64_t peak_bytes = 0;  // of the whole process so far: it never falls
  double reference = 0;          // nanoseconds of reference_loop.hpp, just before

  [[nodiscard]] std::uint64_t events_per_second_and_job() const { return per_second(events, real_time) / jobs; }
  [[nodiscard]] double nanoseconds_per_event() const {
    return processor_seconds * 1e9 / static_cast<double>(std::max<std::uint64_t>(events, 1));
  }
  // The same in turns of the reference loop: comparable between machines.
  [[nodiscard]] double relative_cost() const { return nanoseconds_per_event() / reference; }
  [[nodiscard]] double megabytes_per_job() const { return static_cast<double>(peak_bytes) / 1e6 / jobs; }
};

// The seeds from 1 on, each once. Throws HarnessFailed.
[[nodiscard]] TimedSweep timed_sweep(std::string name, const scenarios::Scenario& scenario, std::uint64_t runs,
                                     unsigned jobs);

// What the checkers cost is the difference to the same with them.
[[nodiscard]] TimedSweep timed_without_checkers(std::string name, const scenarios::Scenario& scenario,
                                                std::uint64_t runs);

}  // namespace raftsim::tools
