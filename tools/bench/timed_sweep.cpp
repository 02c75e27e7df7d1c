#include "tools/bench/timed_sweep.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <ctime>
#include <memory>

#include "scenarios/cluster/run.hpp"
#include "tools/bench/reference_loop.hpp"
#include "tools/exit_code.hpp"
#include "tools/runs/seed_runner.hpp"
#include "tools/sweep/seed_workers.hpp"

namespace raftsim::tools {

namespace {

std::uint64_t peak_memory() {
  rusage usage = {};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;  // Linux counts in KiB
}

double processor_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

}  // namespace

TimedSweep timed_sweep(std::string name, const scenarios::Scenario& scenario, std::uint64_t runs, unsigned jobs) {
  const double reference = reference_nanoseconds();
  const double processor_begin = processor_seconds();
  const auto begin = std::chrono::steady_clock::now();
  const SweepPlan plan{.seeds = runs, .jobs = jobs, .max_violations = runs};
  check(plan);
  // No run is made twice: the time is that of the runs.
  SeedWorkers workers(plan, [&] {
    return [run = SeedRunner(scenario)](std::uint64_t seed, bool /*twice*/) { return run(seed, false); };
  });
  const Summary& summary = workers.summary();
  if (!summary.failures.empty()) {
    throw HarnessFailed(fmt::format("seed {}: {}", summary.failures[0].seed, summary.failures[0].message));
  }
  return {.name = std::move(name),
          .jobs = jobs,
          .runs = summary.runs,
          .events = summary.total.events,
          .violations = summary.violations.size(),
          .virtual_time = summary.total.virtual_time,
          .real_time = std::chrono::steady_clock::now() - begin,
          .processor_seconds = processor_seconds() - processor_begin,
          .peak_bytes = peak_memory(),
          .reference = reference};
}

TimedSweep timed_without_checkers(std::string name, const scenarios::Scenario& scenario, std::uint64_t runs) {
  TimedSweep result{.name = std::move(name), .runs = runs, .reference = reference_nanoseconds()};
  const auto shared = std::make_shared<const scenarios::Scenario>(scenario);
  const double processor_begin = processor_seconds();
  const auto begin = std::chrono::steady_clock::now();
  for (std::uint64_t seed = 1; seed <= runs; ++seed) {
    const auto statistics = scenarios::Run(shared, seed, {.check = false}).finish().statistics;
    result.events += statistics.events;
    result.virtual_time += statistics.virtual_time;
  }
  result.real_time = std::chrono::steady_clock::now() - begin;
  result.processor_seconds = processor_seconds() - processor_begin;
  result.peak_bytes = peak_memory();
  return result;
}

}  // namespace raftsim::tools
