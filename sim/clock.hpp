// The clock of one machine, which may go faster or slower than the world's.
#pragma once

#include <algorithm>
#include <cstdint>

#include "sim/time.hpp"

namespace raftsim::sim {

// Parts per million: -50'000 loses 50 ms in each second of the world.
using ClockDrift = std::int32_t;
inline constexpr ClockDrift max_clock_drift = 900'000;  // in either direction; a clock never stands still

// Reads floor((world - since) * (10^6 + drift) / 10^6) more than at `since`: whole numbers, never less than before but
// for a step back, and without a jump when the drift changes. One that was never touched shows the world's time.
class Clock {
 public:
  [[nodiscard]] ClockDrift drift() const { return drift_; }
  // From `world` on. Precondition: `world` is not before the last change.
  void set_drift(Time world, ClockDrift drift) {
    reading_then_ = read(world);
    since_ = world;
    drift_ = drift;
    exact_ = exact_ && drift == 0;
  }

  // It is put forward, or back if `by` is negative, but not to before the beginning of time.
  void step(Time world, Duration by) {
    reading_then_ = std::max(read(world) + by, Time{});
    since_ = world;
    exact_ = false;
  }

  [[nodiscard]] Time read(Time world) const {
    if (exact_) return world;
    const std::int64_t elapsed = (world - since_).count();
    return reading_then_ + Duration(elapsed + elapsed / million * drift_ + floor_div(elapsed % million * drift_));
  }
  // The first time of the world at which this clock shows `reading` or more, but not before the last change.
  [[nodiscard]] Time when_it_reads(Time reading) const {
    if (exact_ || reading == never) return reading;
    const std::int64_t ahead = std::max<std::int64_t>((reading - reading_then_).count(), 0);
    const std::int64_t rate = million + drift_;  // of this clock, in a million of the world
    const std::int64_t rest = ahead % rate * million;
    return since_ + Duration(ahead / rate * million + (rest + rate - 1) / rate);
  }

 private:
  static constexpr std::int64_t million = 1'000'000;
  static constexpr std::int64_t floor_div(std::int64_t number) {
    return number / million - (number % million < 0 ? 1 : 0);
  }

  ClockDrift drift_ = 0;
  bool exact_ = true;
  Time since_{};
  Time reading_then_{};
};

}  // namespace raftsim::sim
