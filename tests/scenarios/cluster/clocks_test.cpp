// What clocks and processors do to a cluster.
#include <memory>
#include <set>
#include <string>

#include "catch.hpp"
#include "scenarios/chaos.hpp"
#include "scenarios/scenario_json.hpp"
#include "scenarios/shipped_runs.hpp"

namespace raftsim::tests {

using scenarios::Fault;
using scenarios::Target;
using sim::HostState;

namespace {

// Five servers that all have the same election timeout, as in the paper's Figure 16 without randomness. When a leader
// is due is the only question.
std::shared_ptr<const scenarios::Scenario> no_randomness(const std::string& clocks) {
  return std::make_shared<const scenarios::Scenario>(scenarios::scenario_from_json(
      R"({"name": "x", "raft": {"heartbeat": "75ms", "election_timeout": "150ms", "pre_vote": false},
          "network": {"links": {"delay": ["50us", "150us"]}}, "disk": {"fsync": ["500us", "4ms"]},
          "workload": {"clients": 1}, "clocks": )" +
          clocks + R"(, "chaos_ends": "1ms", "heal": "all",
          "progress": {"leader_within": "20min", "agreement_within": "25min", "convergence_within": "25min"}})",
      "x"));
}

}  // namespace

// The paper's line of 150-150 ms ends, after half a minute in the median: real clocks differ by some 50 ppm.
TEST_CASE("Without randomness elections split for ever, unless clocks differ by a little", "[long]") {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    INFO("seed " << seed);
    const auto exact = outcome_of(no_randomness("{}"), seed);
    REQUIRE(exact.verdict);
    CHECK(exact.verdict->checker == "progress");
    CHECK(exact.statistics.virtual_time >= std::chrono::minutes(20));
    const auto drifting = outcome_of(no_randomness(R"({"drift_ppm": [-25, 25]})"), seed);
    CHECK_FALSE(drifting.verdict);
    CHECK(drifting.statistics.virtual_time < std::chrono::minutes(20));
  }
}

TEST_CASE("A jitter of timers ends them just as well", "[long]") {
  const auto jittery = outcome_of(no_randomness(R"({"timer_jitter": ["0ms", "1ms"]})"), 1);
  CHECK_FALSE(jittery.verdict);
  CHECK(jittery.statistics.virtual_time < std::chrono::minutes(20));
}

TEST_CASE("Servers that take time over messages are slower, and agree all the same") {
  const auto fast = outcome_of(shipped_scenario("calm"), 1);
  const auto slow = outcome_of(shipped_scenario("calm", {R"(processors.per_message=["1ms","3ms"])"}), 1);
  CHECK_FALSE(fast.verdict);
  CHECK_FALSE(slow.verdict);
  CHECK(slow.statistics.acknowledged_commands < fast.statistics.acknowledged_commands);
  CHECK(slow.statistics.acknowledged_commands > 20);
}

TEST_CASE("A starved processor runs for a while now and then") {
  auto fault = a_fault("starved", Fault::Kind::pause, Target::all);
  fault.lasts = ms(50);
  fault.waits = ms(9);
  fault.runs = ms(1);
  Chaos chaos({fault}, 1);
  std::vector<std::int64_t> runs;
  for (int at = 100; at < 160; ++at) {
    chaos.run_until(at_ms(at));
    if (chaos.world.state(s1) == HostState::up) runs.push_back(at);
  }
  CHECK(runs == std::vector<std::int64_t>{109, 119, 129, 139, 149, 150, 151, 152, 153, 154, 155, 156, 157, 158, 159});
  CHECK(chaos.nemesis.strikes()[0] == 1);
}

TEST_CASE("A starved processor that another fault pauses does not get its slice") {
  auto starved = a_fault("starved", Fault::Kind::pause, Target::all);
  starved.lasts = ms(50);
  starved.waits = ms(9);
  starved.runs = ms(1);
  auto paused = a_fault("paused", Fault::Kind::pause, Target::all);
  paused.every = ms(105);
  paused.lasts = ms(20);  // until 125
  Chaos chaos({starved, paused}, 1);
  for (int at = 105; at < 125; ++at) {
    chaos.run_until(at_ms(at));
    CHECK(chaos.world.state(s1) == HostState::paused);
  }
  chaos.run_until(at_ms(129));
  CHECK(chaos.world.state(s1) == HostState::up);
}

TEST_CASE("A clock is put forward or back by a fault, and set right when that ends") {
  auto fault = a_fault("clock", Fault::Kind::clock, Target::named);
  fault.victims = {s2};
  fault.least_jump = -std::chrono::milliseconds(50);
  fault.most_jump = std::chrono::milliseconds(50);
  Chaos chaos({fault});
  std::set<std::string> seen;
  for (int strike = 1; strike <= 20; ++strike) {
    chaos.run_until(at_ms(100 * strike));
    const auto off = chaos.world.clock(s2).read(chaos.world.now()) - chaos.world.now();
    CHECK(off >= fault.least_jump);
    CHECK(off <= fault.most_jump);
    seen.insert(chaos.done.back().action);
    CHECK((off < sim::Duration(0)) == (chaos.done.back().action == "put the clock back"));
    CHECK(chaos.world.clock(s1).read(chaos.world.now()) == chaos.world.now());
    chaos.run_until(at_ms(100 * strike + 30));
    CHECK(chaos.world.clock(s2).read(chaos.world.now()) == chaos.world.now());
  }
  CHECK(seen.size() == 2);
}

TEST_CASE("Clocks that jump cost elections, and no entry") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto outcome =
        outcome_of(shipped_scenario(
                       "leader-crash",
                       {R"(faults=[{"name":"clock","kind":"clock","target":"any","jump":["-2s","2s"],"every":"300ms",)"
                        R"("lasts":"200ms"}])",
                        R"(clocks={"timer_jitter":["0ms","2ms"]})", "must_reach=[]", "switches=[]"}),
                   seed);
    INFO("seed " << seed << (outcome.verdict ? ": " + outcome.verdict->seen : ""));
    CHECK_FALSE(outcome.verdict);
    CHECK(outcome.statistics.faults[0].count > 10);
  }
}

}  // namespace raftsim::tests
