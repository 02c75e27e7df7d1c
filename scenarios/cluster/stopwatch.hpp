// How long pieces of work take, by the clock on the wall. For measuring only: nothing that a run does depends on it.
#pragma once

#include <chrono>
#include <cstdint>
#include <utility>

namespace raftsim::scenarios {

class Stopwatch {
 public:
  using Clock = std::chrono::steady_clock;

  class Section {
   public:
    explicit Section(Stopwatch* watch) : watch_(watch) {
      if (watch_ != nullptr) begin_ = Clock::now();
    }
    Section(const Section&) = delete;
    Section& operator=(const Section&) = delete;
    ~Section() {
      if (watch_ != nullptr) watch_->add(Clock::now() - begin_);
    }

   private:
    Stopwatch* watch_;
    Clock::time_point begin_;
  };

  // A section that took so long was interrupted by something else on the machine: it counts as an average one.
  static constexpr std::chrono::nanoseconds interrupted = std::chrono::microseconds(50);

  void add(std::chrono::nanoseconds took) {
    ++sections_;
    if (took >= interrupted) return;
    ++timed_;
    total_ += took;
  }
  [[nodiscard]] std::uint64_t sections() const { return sections_; }
  // Of all sections together.
  [[nodiscard]] double nanoseconds() const {
    return timed_ == 0
               ? 0
               : static_cast<double>(total_.count()) * static_cast<double>(sections_) / static_cast<double>(timed_);
  }

 private:
  std::chrono::nanoseconds total_{};
  std::uint64_t sections_ = 0;
  std::uint64_t timed_ = 0;
};

// Does the work, and adds the time that it took. No watch costs a comparison, and normal runs have none.
template <class Work>
decltype(auto) timed(Stopwatch* watch, Work&& work) {
  const Stopwatch::Section section(watch);
  return std::forward<Work>(work)();
}

}  // namespace raftsim::scenarios
