#include "tools/runs/continuations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "scenarios/cluster/run.hpp"
#include "tools/exit_code.hpp"
#include "tools/terminal/interrupt.hpp"
#include "tools/terminal/progress_bar.hpp"

namespace raftsim::tools {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// What the threads of one call share.
struct Continuing {
  const Origin& origin;
  const std::vector<sim::EventId>& events;
  const std::uint64_t runs;
  const unsigned jobs;
  std::atomic<std::uint64_t> done = 0;
  std::atomic<std::uint64_t> failing = 0;
  std::atomic<unsigned> working = 0;
  std::atomic<bool> stopped = false;
  std::mutex mutex = {};  // guards what follows
  std::vector<Continuations> results = {};
  std::string failure = {};
};

// Runs share memory with their copies without atomic counts, so each thread makes the beginning of the run anew.
void continue_some(Continuing& work, unsigned worker) {
  const auto scenario = std::make_shared<const scenarios::Scenario>(work.origin.scenario);
  scenarios::Run run(scenario, work.origin.seed, {.overrides = work.origin.overrides});
  bool more = true;
  for (std::size_t place = 0; place < work.events.size(); ++place) {
    while (more && run.world().events() < work.events[place]) more = run.step();
    Continuations mine{.after = run.world().events(), .at = run.world().now()};
    for (std::uint64_t nth = worker; nth < work.runs && !work.stopped; nth += work.jobs) {
      scenarios::Run continued(run);
      continued.reseed(work.origin.seed + nth + 1);
      const auto outcome = continued.finish();
      ++mine.runs;
      ++work.done;
      if (!outcome.verdict) continue;
      ++mine.failing;
      ++work.failing;
      ++mine.checkers[outcome.verdict->checker];
    }
    const std::lock_guard lock(work.mutex);
    auto& sum = work.results[place];
    sum.after = mine.after;
    sum.at = mine.at;
    sum.runs += mine.runs;
    sum.failing += mine.failing;
    for (const auto& [checker, count] : mine.checkers) sum.checkers[checker] += count;
  }
}

void work_on(Continuing& work, unsigned worker) {
  try {
    continue_some(work, worker);
  } catch (const std::exception& problem) {
    work.stopped = true;
    const std::lock_guard lock(work.mutex);
    if (work.failure.empty()) {
      work.failure = fmt::format("a continuation of seed {} threw: {}", work.origin.seed, problem.what());
    }
  }
  --work.working;
}

}  // namespace

std::optional<std::vector<Continuations>> Continuer::after(const std::vector<sim::EventId>& events) {
  Continuing work{.origin = origin_, .events = events, .runs = runs_, .jobs = jobs_};
  work.results.resize(events.size());
  work.working = jobs_;
  const auto begin = Clock::now();
  bool interrupted = false;
  {
    std::vector<std::jthread> threads;
    for (unsigned worker = 0; worker < jobs_; ++worker) {
      threads.emplace_back([&work, worker] { work_on(work, worker); });
    }
    ProgressBar bar(console_);
    while (work.working > 0) {
      std::this_thread::sleep_for(2ms);
      bar.show({done_ + work.done, planned_ * runs_, work.failing, Clock::now() - begin, {}});
      if (!Interrupt::requested() || interrupted) continue;
      work.stopped = interrupted = true;
      bar.say("interrupted: finishing the runs in progress (again to stop at once)");
    }
  }
  done_ += work.done;
  if (!work.failure.empty()) throw HarnessFailed(work.failure);
  if (interrupted) return std::nullopt;
  return std::move(work.results);
}

}  // namespace raftsim::tools
