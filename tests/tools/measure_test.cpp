// The cost of an event, by part: the replays do the work of the run, and the parts add up to the whole. Timing is left
// to `raftsim bench`.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>
#include <thread>

#include "catch.hpp"
#include "scenarios/cluster/run.hpp"
#include "scenarios/cluster/servers/raftsim/raft_servers.hpp"
#include "scenarios/cluster/stopwatch.hpp"
#include "scenarios/scenario_json.hpp"
#include "tools/bench/allocations.hpp"
#include "tools/bench/parts.hpp"
#include "tools/bench/replays.hpp"
#include "tools/bench/two_workers.hpp"
#include "tools/runs/scenario_choice.hpp"

namespace raftsim::tools {
namespace {

using namespace std::chrono_literals;
using Catch::Contains;

std::shared_ptr<const scenarios::Scenario> scenario_named(const std::string& name) {
  return std::make_shared<const scenarios::Scenario>(
      load({.scenario = name, .mutations = {}, .settings = {}}, scenarios::own_kinds()));
}

TEST_CASE("each part is measured with the work that it had in the run") {
  // Crashes and restarts, partitions, pauses, duplicates and reordered packets, disks that lose unsynced data.
  const std::string name = GENERATE(as<std::string>{}, "crash-once", "leader-crash", "stale-ack", "partition-churn",
                                    "fsync-crash", "snapshot-churn", "forgotten-promise", "everything");
  CAPTURE(name);
  const RecordedRun run = recorded_run(scenario_named(name), 3);
  REQUIRE(run.steps.size() > 100);
  REQUIRE(run.disks > 0);

  std::uint64_t packets = 0;
  std::uint64_t operations = 0;
  for (const sim::Step& step : run.steps) {
    operations += step.disk_done && !step.event.postponed ? 1 : 0;
    for (const sim::Sent& sent : step.sent) packets += sent.packet.duplicate_of == 0 ? 1 : 0;
  }
  const Replay queue = replay_queue(run);
  CHECK(queue.calls == run.steps.size());
  CHECK(queue.same == queue.calls);  // each event came out in the same order as in the run
  const Replay network = replay_network(run, Chance::as_it_was);
  CHECK(network.calls == packets);
  const bool has_rules = scenarios::to_json(*scenario_named(name)).find("\"messages\"") != std::string::npos;
  if (!has_rules) CHECK(network.same == packets);  // each packet is lost or arrives as in the run
  CHECK(replay_network(run, Chance::none).calls == packets);
  CHECK(replay_disks(run, Chance::as_it_was).calls == operations);
  CHECK(replay_disks(run, Chance::none).calls == operations);
  CHECK(replay_fingerprint(run).calls > 3 * run.steps.size());
}

TEST_CASE("a wrongly built queue is noticed") {
  RecordedRun run = recorded_run(scenario_named("crash-once"), 1);
  REQUIRE(replay_queue(run).same == run.steps.size());
  std::swap(run.steps[200].event.at, run.steps[400].event.at);
  CHECK(replay_queue(run).same < run.steps.size());
}

TEST_CASE("the parts have names, say how they were measured, and add up to the whole") {
  const Breakdown event = breakdown(*scenario_named("crash-once"), 2);
  CHECK(event.runs == 2);
  CHECK(event.events > 1000);
  CHECK(event.nanoseconds > 0);
  CHECK(event.reference > 0);
  std::vector<std::string> names;
  double sum = 0;
  for (const PartCost& part : event.parts) {
    CAPTURE(part.name);
    names.push_back(part.name);
    sum += part.nanoseconds;
    CHECK(part.how.size() > 20);
    CHECK(part.how.find('\n') == std::string::npos);
    if (part.name == "queue" || part.name == "network" || part.name == "fingerprint") CHECK(part.nanoseconds > 0);
  }
  CHECK(names == std::vector<std::string>{"checkers", "core", "queue", "network", "disk", "randomness", "fingerprint",
                                          the_rest});
  CHECK(std::abs(sum - event.nanoseconds) < 0.001);
}

TEST_CASE("the allocations of this thread are counted") {
  const std::uint64_t before = allocations();
  if (const auto one = std::make_unique<int>(1); allocations() == before) return;  // a sanitizer's operator new
  CHECK(allocations() == before + 1);
  std::thread([] { static_cast<void>(std::make_unique<int>(1)); }).join();
  CHECK(allocations() - before < 10);
}

TEST_CASE("a stopwatch adds up, and counts interrupted work as average work") {
  scenarios::Stopwatch watch;
  watch.add(10ns);
  watch.add(30ns);
  watch.add(1s);
  CHECK(watch.sections() == 3);
  CHECK(std::abs(watch.nanoseconds() - 60) < 0.001);
  CHECK(scenarios::timed(&watch, [] { return 7; }) == 7);
  CHECK(watch.sections() == 4);
  CHECK(scenarios::timed(nullptr, [] { return 8; }) == 8);
}

TEST_CASE("a stopwatch in a run changes nothing in it") {
  const auto scenario = scenario_named("leader-crash");
  scenarios::Stopwatch watch;
  const auto timed =
      scenarios::Run(scenario, 5, {.servers = std::make_shared<scenarios::RaftServers>(scenario, &watch)}).finish();
  const auto plain = scenarios::Run(scenario, 5).finish();
  CHECK(timed.fingerprint == plain.fingerprint);
  CHECK(watch.sections() > plain.statistics.events / 2);
}

TEST_CASE("the gain of two workers is reported with their number of processors") {
  CHECK(as_text(TwoWorkers{1.93, 2.0, 1.94}, 2) == "2 workers do 1.93 times the runs a second of 1\n");
  CHECK_THAT(as_text(TwoWorkers{1.31, 1.4, 1.92}, 2),
             Contains("1.31 times") && Contains("2 cores, of which they had 1.40") && Contains("1.92 times"));
}

}  // namespace
}  // namespace raftsim::tools
