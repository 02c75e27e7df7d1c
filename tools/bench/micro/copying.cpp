// Copying a run: what search and shrinking do at every branch. After a while, and with a long log.
#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <utility>

#include "scenarios/cluster/run.hpp"
#include "tools/bench/allocations.hpp"
#include "tools/bench/micro/builtin.hpp"

namespace raftsim::benchmarks {

namespace {

using scenarios::Run;
using scenarios::Scenario;

std::shared_ptr<const Scenario> endless(const char* name) {
  auto scenario = *builtin(name);
  scenario.chaos_ends = std::chrono::hours(1000);
  return std::make_shared<Scenario>(std::move(scenario));
}

// A healthy cluster whose clients ask as fast as they can, and whose log is never compacted.
std::shared_ptr<const Scenario> of_long_log() {
  auto scenario = *endless("calm");
  scenario.workload.clients = 64;
  scenario.workload.think_time = sim::Distribution::fixed(sim::Duration(0));
  return std::make_shared<Scenario>(std::move(scenario));
}

// Copies it again and again; each copy goes on for `steps` and is dropped.
void copy(benchmark::State& state, const Run& run, int steps) {
  const std::uint64_t bytes_before = tools::allocated_bytes();
  const std::uint64_t allocations_before = tools::allocations();
  for (auto _ : state) {
    Run copied(run);
    for (int step = 0; step < steps; ++step) copied.step();
    benchmark::DoNotOptimize(copied);
  }
  const auto copies = static_cast<double>(state.iterations());
  state.counters["bytes"] = static_cast<double>(tools::allocated_bytes() - bytes_before) / copies;
  state.counters["allocations"] = static_cast<double>(tools::allocations() - allocations_before) / copies;
}

// After so many seconds of virtual time. Each run is made once, for all benchmarks.
const Run& after_seconds(std::int64_t seconds) {
  static std::map<std::int64_t, std::unique_ptr<Run>> runs;
  auto& run = runs[seconds];
  if (!run) {
    run = std::make_unique<Run>(endless("leader-crash"), 1);
    while (run->world().now() < sim::Time(std::chrono::seconds(seconds))) run->step();
  }
  return *run;
}

void copy_leader_crash(benchmark::State& state) { copy(state, after_seconds(state.range(0)), 0); }
BENCHMARK(copy_leader_crash)->Unit(benchmark::kMicrosecond)->Arg(1)->Arg(10)->Arg(100)->Arg(1000);

// With so many entries committed.
const Run& with_log(std::int64_t entries) {
  static std::map<std::int64_t, std::unique_ptr<Run>> runs;
  auto& run = runs[entries];
  if (!run) {
    run = std::make_unique<Run>(of_long_log(), 1);
    while (run->committed().value < static_cast<std::uint64_t>(entries)) run->step();
  }
  return *run;
}

void copy_long_log(benchmark::State& state) { copy(state, with_log(state.range(0)), 0); }
BENCHMARK(copy_long_log)->Unit(benchmark::kMicrosecond)->Arg(1'000)->Arg(100'000)->Arg(1'000'000);

// What a search pays: the parts that a copy takes over by reference are copied when it changes them.
void copy_long_log_and_go_on(benchmark::State& state) { copy(state, with_log(state.range(0)), 100); }
BENCHMARK(copy_long_log_and_go_on)->Unit(benchmark::kMicrosecond)->Arg(1'000)->Arg(100'000)->Arg(1'000'000);

}  // namespace

}  // namespace raftsim::benchmarks
