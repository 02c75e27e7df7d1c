// Whole runs: what an event costs with everything on, without checkers, and how often it asks for memory.
#include <benchmark/benchmark.h>

#include <memory>
#include <utility>

#include "scenarios/cluster/run.hpp"
#include "scenarios/scenario_json.hpp"
#include "tools/bench/allocations.hpp"
#include "tools/bench/micro/builtin.hpp"

namespace raftsim::benchmarks {

namespace {

void run_all(benchmark::State& state, const std::shared_ptr<const scenarios::Scenario>& scenario, bool check) {
  std::uint64_t seed = 0;
  std::uint64_t events = 0;
  const std::uint64_t allocations_before = tools::allocations();
  for (auto _ : state) {
    scenarios::Run run(scenario, ++seed, {.check = check});
    events += run.finish().statistics.events;
  }
  using benchmark::Counter;
  state.counters["events"] = Counter(static_cast<double>(events), Counter::kIsRate);
  state.counters["seconds/event"] =
      Counter(static_cast<double>(events), Counter::Flags(Counter::kIsRate | Counter::kInvert));
  state.counters["allocations/event"] =
      static_cast<double>(tools::allocations() - allocations_before) / static_cast<double>(events);
}

void leader_crash(benchmark::State& state) { run_all(state, builtin("leader-crash"), true); }
BENCHMARK(leader_crash)->Unit(benchmark::kMillisecond);

void leader_crash_without_checkers(benchmark::State& state) { run_all(state, builtin("leader-crash"), false); }
BENCHMARK(leader_crash_without_checkers)->Unit(benchmark::kMillisecond);

void crash_once(benchmark::State& state) { run_all(state, builtin("crash-once"), true); }
BENCHMARK(crash_once)->Unit(benchmark::kMillisecond);

void leader_crash_of_99_servers(benchmark::State& state) {
  auto scenario = *builtin("leader-crash");
  scenario.servers = 99;
  scenario.chaos_ends = std::chrono::seconds(2);
  scenario.efficiency = {};
  run_all(state, std::make_shared<scenarios::Scenario>(std::move(scenario)), true);
}
BENCHMARK(leader_crash_of_99_servers)->Unit(benchmark::kMillisecond);

}  // namespace

}  // namespace raftsim::benchmarks

BENCHMARK_MAIN();
