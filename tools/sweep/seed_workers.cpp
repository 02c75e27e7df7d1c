#include "tools/sweep/seed_workers.hpp"

#include <algorithm>
#include <utility>

namespace raftsim::tools {

SeedWorkers::SeedWorkers(const SweepPlan& plan, std::function<RunSeed()> make_runner)
    : plan_(plan), make_runner_(std::move(make_runner)) {
  working_ = static_cast<unsigned>(std::min<std::uint64_t>(plan.jobs, plan.seeds));
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
    const std::uint64_t position = next_++;
    if (position >= plan_.seeds) break;
    hand_in(position, run(plan_.seed(position), plan_.runs_twice(position)));
  }
  const std::lock_guard lock(mutex_);
  if (--working_ == 0) ended_.notify_all();
}

void SeedWorkers::hand_in(std::uint64_t position, RunResult result) {
  const std::lock_guard lock(mutex_);
  waiting_.emplace(position, std::move(result));
  while (!complete_ && waiting_.contains(summarized_)) {
    summary_.add(waiting_.extract(summarized_++).mapped());
    complete_ = !summary_.failures.empty() || summary_.violations.size() >= plan_.max_violations;
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
  return {summary_.runs, summary_.violations.size()};
}

const Summary& SeedWorkers::summary() {
  std::unique_lock lock(mutex_);
  ended_.wait(lock, [this] { return working_ == 0; });
  return summary_;
}

bool SeedWorkers::interrupted() const {
  const std::lock_guard lock(mutex_);
  return !complete_ && summarized_ < plan_.seeds;
}

}  // namespace raftsim::tools
