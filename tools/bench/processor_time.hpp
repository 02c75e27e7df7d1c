// The time that this thread has had a processor: what else the machine does meanwhile does not count.
#pragma once

#include <ctime>

namespace raftsim::tools {

// Nanoseconds. To ask costs some hundred of them: for work of milliseconds.
[[nodiscard]] inline double processor_time() {
  timespec time = {};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

}  // namespace raftsim::tools
