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

// A deadline that does not come: no timer, a packet that is held for good.
inline constexpr Time never = Time::max();

}  // namespace raftsim::sim
