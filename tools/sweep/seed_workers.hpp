// Threads that run the seeds of a plan, and their results added up in the order of the seeds.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "tools/sweep/plan.hpp"
#include "tools/sweep/summary.hpp"

namespace raftsim::tools {

// Runs one seed; `twice` to compare the fingerprints. Must not throw: what goes wrong is RunResult::failure.
using RunSeed = std::function<RunResult(std::uint64_t seed, bool twice)>;

// Seeds are handed out in ascending order, one at a time, and each one handed out is run. A result waits until those of
// all smaller seeds are there. So the sum covers the first seeds of the plan without a gap, whoever ran them, and ends
// at the same seed: with the last violation that the plan asks for, or with a failure of the harness.
class SeedWorkers {
 public:
  // `make_runner` is called once by each thread, so that a runner may own what it works with. The first runs of the
  // plan may be done `already`: they are left out, and their violations count.
  SeedWorkers(const SweepPlan& plan, std::function<RunSeed()> make_runner, const Summary& already = Summary());
  SeedWorkers(const SeedWorkers&) = delete;
  SeedWorkers& operator=(const SeedWorkers&) = delete;
  ~SeedWorkers();  // finishes the runs under way

  // Hands out no more seeds. Those under way are finished.
  void stop();
  // True when nothing is left to do, false when that took longer than `patience`.
  bool wait_for(std::chrono::milliseconds patience);

  struct Progress {
    std::uint64_t runs = 0;
    std::uint64_t violations = 0;
  };
  // With what was done already.
  [[nodiscard]] Progress progress() const;
  // What has been added up since the last call.
  [[nodiscard]] Summary take();
  // Waits for the end; what has been added up since take() was called last.
  [[nodiscard]] const Summary& summary();
  // Whether stop() came before the plan was done. Precondition: the end has come.
  [[nodiscard]] bool interrupted() const;

 private:
  void work();
  void hand_in(std::uint64_t run, RunResult result);

  const SweepPlan plan_;
  const std::function<RunSeed()> make_runner_;
  std::atomic<std::uint64_t> next_;  // run to hand out
  std::atomic<bool> stopped_ = false;

  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable ended_;
  std::map<std::uint64_t, RunResult> waiting_;  // by run
  Progress added_;                              // runs before this one are added up, or were done already
  bool complete_ = false;                       // nothing more is added
  unsigned working_ = 0;
  Summary summary_;

  std::vector<std::jthread> threads_;
};

}  // namespace raftsim::tools
