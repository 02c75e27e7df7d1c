// Virtual time: integer nanoseconds since the start of the run.
#pragma once

#include <chrono>
#include <cstdint>

namespace raftsim::sim {

struct VirtualClock {
  using rep = std::int64_t;
  using period = std::nano;
  using duration = std::chrono::nanoseconds;
  using time_point = std::chrono::time_point<VirtualClock>;
  static constexpr bool is_steady = true;
};
using Duration = VirtualClock::duration;
using Time = VirtualClock::time_point;

}  // namespace raftsim::sim
