// The same work a few times over, and the least that it took: the rest is what else the machine did.
#pragma once

#include <algorithm>
#include <limits>

#include "tools/bench/processor_time.hpp"

namespace raftsim::tools {

inline constexpr int times_measured = 3;

// Nanoseconds of the processor for work(prepare()); only the work is timed.
template <class Prepare, class Work>
[[nodiscard]] double least_time(const Prepare& prepare, const Work& work) {
  double least = std::numeric_limits<double>::max();
  for (int i = 0; i < times_measured; ++i) {
    auto prepared = prepare();
    const double begin = processor_time();
    work(prepared);
    least = std::min(least, processor_time() - begin);
  }
  return least;
}

}  // namespace raftsim::tools
