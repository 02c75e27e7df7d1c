// Search and shrinking copy runs again and again: a copy is a run of its own, and costs what it adds.
#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "catch.hpp"
#include "checkers/trace/recorder.hpp"
#include "scenarios/allocated_bytes.hpp"
#include "scenarios/cluster/servers/raftsim/raft_servers.hpp"
#include "scenarios/cluster/stopwatch.hpp"
#include "scenarios/shipped_runs.hpp"

namespace raftsim::tests {

TEST_CASE("A copy of a run goes on as the original does, and neither disturbs the other") {
  for (const auto& builtin : scenarios::builtin_scenarios()) {
    INFO(builtin.name);
    const auto scenario = shipped_scenario(builtin.name);
    const auto fresh = outcome_of(scenario, 11);
    scenarios::Run original(scenario, 11);
    // Copies that end before the original goes on, and copies that go on while it does.
    std::vector<std::unique_ptr<scenarios::Run>> alive;
    std::uint64_t steps = 0;
    while (original.step()) {
      if (++steps % 4000 != 0) continue;
      alive.push_back(std::make_unique<scenarios::Run>(original));
      scenarios::Run ended = original;
      CHECK(ended.finish().fingerprint == fresh.fingerprint);
      for (const auto& each : alive) {
        for (int step = 0; step < 1500; ++step) each->step();
      }
    }
    CHECK(original.finish().fingerprint == fresh.fingerprint);
    for (const auto& each : alive) {
      const auto outcome = each->finish();
      CHECK(outcome.fingerprint == fresh.fingerprint);
      CHECK(outcome.statistics.situations == fresh.statistics.situations);
    }
  }
}

TEST_CASE("Whoever records a run, or takes its time, hears nothing of its copies") {
  checkers::TraceRecorder recorder;
  scenarios::Stopwatch core_time;
  const auto scenario = shipped_scenario("crash-once");
  const auto servers = std::make_shared<scenarios::RaftServers>(scenario, &core_time);
  scenarios::Run run(scenario, 1, {.recorder = &recorder, .servers = servers});
  for (int step = 0; step < 300; ++step) run.step();
  REQUIRE(recorder.events().size() == 300);
  REQUIRE(core_time.sections() > 0);

  const auto sections = core_time.sections();
  scenarios::Run copy = run;
  copy.finish();
  CHECK(recorder.events().size() == 300);
  CHECK(core_time.sections() == sections);
}

TEST_CASE("A copy takes as many bytes of memory with a long log as with a short one") {
  const auto scenario =
      shipped_scenario("calm", {"workload.clients=16", "workload.think_time=0ms", "chaos_ends=60min"});
  scenarios::Run run(scenario, 1);
  // Of a copy, and of a hundred steps after it: what it shares with the run is copied when it changes it.
  const auto bytes_with_log_of = [&](std::uint64_t entries) {
    while (run.committed().value < entries) run.step();
    const std::uint64_t before = allocated_bytes();
    scenarios::Run copy = run;
    for (int step = 0; step < 100; ++step) copy.step();
    return allocated_bytes() - before;
  };
  const auto of_short = bytes_with_log_of(1'000);
  const auto of_long = bytes_with_log_of(30'000);
  INFO(of_short << " and " << of_long);
  CHECK(of_long < of_short * 5 / 4);
}

}  // namespace raftsim::tests
