// How far a sweep is, on standard error: a bar that is drawn again and again on a terminal, else a line now and then.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "tools/terminal/console.hpp"

namespace raftsim::tools {

struct Progress {
  std::uint64_t done = 0;
  std::uint64_t planned = 0;
  std::uint64_t violations = 0;
  std::chrono::nanoseconds elapsed{};
  std::chrono::nanoseconds time{};  // for which it goes on; zero: until all are done
};

// "1,234 of 10,000 runs, 139 a second, 1 min 3 s left, 0 violations"; without "of 10,000" when it goes on for a time.
[[nodiscard]] std::string progress_line(const Progress& progress);
// The same behind "[=====>     ]" when there is room for it, without the rate and then without the time left when there
// is little, and never longer than `width`.
[[nodiscard]] std::string progress_bar(const Progress& progress, std::size_t width);

class ProgressBar {
 public:
  explicit ProgressBar(Console& console) : console_(console) {}
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;
  ~ProgressBar();  // takes the bar away

  // Call it often.
  void show(const Progress& progress);
  // A line that stays.
  void say(const std::string& line);

 private:
  Console& console_;
  bool drawn_ = false;
  std::chrono::nanoseconds last_line_{};  // Progress::elapsed when the last plain line was written
};

}  // namespace raftsim::tools
