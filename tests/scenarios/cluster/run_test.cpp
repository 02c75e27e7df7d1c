// A run is a pure function of scenario and seed; everything that raftsim does leans on that.
#include "catch.hpp"
#include "scenarios/shipped_runs.hpp"

namespace raftsim::tests {

TEST_CASE("No scenario shows a violation when no bug is planted", "[long]") {
  for (const auto& builtin : scenarios::builtin_scenarios()) {
    const auto scenario = shipped_scenario(builtin.name);
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
      const auto outcome = outcome_of(scenario, seed);
      if (!outcome.verdict) continue;
      FAIL_CHECK(builtin.name << " seed " << seed << ": " << outcome.verdict->checker << ": expected "
                              << outcome.verdict->expected << "; seen " << outcome.verdict->seen);
    }
  }
}

TEST_CASE("A hundred runs of each scenario reach what the scenario is there for", "[long]") {
  for (const auto& builtin : scenarios::builtin_scenarios()) {
    const auto scenario = shipped_scenario(builtin.name);
    checkers::Situations reached;
    std::vector<scenarios::Count> faults;
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
      const auto statistics = outcome_of(scenario, seed).statistics;
      reached += statistics.situations;
      faults.resize(statistics.faults.size());
      for (std::size_t i = 0; i < faults.size(); ++i) {
        faults[i].name = statistics.faults[i].name;
        faults[i].count += statistics.faults[i].count;
      }
    }
    INFO(builtin.name);
    for (const auto& name : scenario->must_reach) {
      INFO(name);
      CHECK(reached.reached(*checkers::situation_named(name)));
    }
    for (std::size_t fault = 0; fault < scenario->faults.size(); ++fault) {
      INFO(faults[fault].name);
      CHECK(faults[fault].count > 0);
    }
  }
}

TEST_CASE("The same seed gives the same run, and another seed another") {
  const auto scenario = shipped_scenario("leader-crash");
  const auto once = outcome_of(scenario, 7);
  const auto again = outcome_of(scenario, 7);
  CHECK(once.fingerprint == again.fingerprint);
  CHECK(once.statistics.events == again.statistics.events);
  CHECK(once.fingerprint != outcome_of(scenario, 8).fingerprint);
}

TEST_CASE("Watching a run changes nothing: checkers on or off, trace on or off") {
  for (const auto& builtin : scenarios::builtin_scenarios()) {
    INFO(builtin.name);
    const auto scenario = shipped_scenario(builtin.name);
    const auto plain = outcome_of(scenario, 3);
    scenarios::Run::Options unchecked;
    unchecked.check = false;
    CHECK(outcome_of(scenario, 3, unchecked).fingerprint == plain.fingerprint);

    checkers::TraceRecorder recorder;
    scenarios::Run::Options recorded;
    recorded.recorder = &recorder;
    CHECK(outcome_of(scenario, 3, recorded).fingerprint == plain.fingerprint);
    REQUIRE_FALSE(recorder.events().empty());
    CHECK(recorder.events().back().fingerprint == plain.fingerprint);
  }
}

TEST_CASE("Leaders crash at least twenty times in ten seconds of leader-crash") {
  const auto scenario = shipped_scenario("leader-crash");
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const auto statistics = outcome_of(scenario, seed).statistics;
    INFO("seed " << seed);
    CHECK(statistics.faults.front().name == "leader-crash");
    CHECK(statistics.faults.front().count >= 20);
    CHECK(statistics.virtual_time >= std::chrono::seconds(10));
  }
}

TEST_CASE("A fault that is switched off leaves the rest of the run as it was until it would have struck") {
  // The first strike of the partitions comes after 800 ms at the earliest; whether they exist does not matter before.
  const auto with = shipped_scenario("stale-ack");
  auto without = *with;
  std::erase_if(without.faults, [](const auto& fault) { return fault.kind == scenarios::Fault::Kind::crash; });
  scenarios::Run first(with, 5);
  scenarios::Run second(std::make_shared<const scenarios::Scenario>(without), 5);
  const auto before_the_strikes = sim::Time(std::chrono::milliseconds(500));
  const auto message_events = [&](scenarios::Run& run) {
    std::vector<std::pair<sim::Time, sim::HostId>> events;
    while (run.step() && run.world().now() < before_the_strikes) {
      if (run.last_step().event.kind == sim::EventKind::deliver)
        events.emplace_back(run.world().now(), run.last_step().event.host);
    }
    return events;
  };
  const auto events = message_events(first);
  CHECK(events.size() > 100);
  CHECK(events == message_events(second));
}

}  // namespace raftsim::tests
