#include "tools/sweep/seed_workers.hpp"

#include <algorithm>
#include <utility>

namespace raftsim::tools {

SeedWorkers::SeedWorkers(const SweepPlan& plan, std::function<RunSeed()> make_runner, const Summary& already)
    : plan_(plan),
      make_runner_(std::move(make_runner)),
      next_(already.runs),
      added_{already.runs, already.violations.size()},
      summary_(plan.keep) {
  complete_ = !already.failures.empty() || added_.violations >= plan.max_violations;
  stopped_ = complete_;
  working_ = static_cast<unsigned>(std::min<std::uint64_t>(plan.jobs, plan.runs()));
  threads_.reserve(working_);
  for (unsigned i = working_; i > 0; --i) threads_.emplace_back([this] { work(); });
}

SeedWorkers::~SeedWorkers() {
  stop();
  threads_.clear();
}

void SeedWorkers::stop() { stopped_ = true; }

void SeedWorkers::work() {
  const RunSeed run = make_runner_();
  while (!stopped_) {
    const std::uint64_t run_number = next_++;
    if (run_number >= plan_.runs()) break;
    hand_in(run_number, run(plan_.seed(run_number), plan_.runs_twice(run_number)));
  }
  const std::lock_guard lock(mutex_);
  if (--working_ == 0) ended_.notify_all();
}

void SeedWorkers::hand_in(std::uint64_t run, RunResult result) {
  const std::lock_guard lock(mutex_);
  waiting_.emplace(run, std::move(result));
  while (!complete_ && waiting_.contains(added_.runs)) {
    const RunResult next = waiting_.extract(added_.runs).mapped();
    summary_.add(next);
    if (next.failure.empty()) ++added_.runs;
    if (next.failure.empty() && next.outcome.verdict) ++added_.violations;
    complete_ = !next.failure.empty() || added_.violations >= plan_.max_violations;
  }
  if (complete_) {
    waiting_.clear();
    stop();
  }
}

bool SeedWorkers::wait_for(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  return ended_.wait_for(lock, patience, [this] { return working_ == 0; });
}

SeedWorkers::Progress SeedWorkers::progress() const {
  const std::lock_guard lock(mutex_);
  return added_;
}

Summary SeedWorkers::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(summary_, Summary(plan_.keep));
}

const Summary& SeedWorkers::summary() {
  std::unique_lock lock(mutex_);
  ended_.wait(lock, [this] { return working_ == 0; });
  return summary_;
}

bool SeedWorkers::interrupted() const {
  const std::lock_guard lock(mutex_);
  return !complete_ && added_.runs < plan_.runs();
}

}  // namespace raftsim::tools
