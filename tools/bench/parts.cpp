#include "tools/bench/parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "scenarios/cluster/run.hpp"
#include "scenarios/cluster/servers/raftsim/raft_servers.hpp"
#include "scenarios/cluster/stopwatch.hpp"
#include "tools/bench/allocations.hpp"
#include "tools/bench/processor_time.hpp"
#include "tools/bench/reference_loop.hpp"
#include "tools/bench/repeated.hpp"
#include "tools/bench/replays.hpp"

namespace raftsim::tools {

namespace {

constexpr std::uint64_t events_enough = 400'000;

using Shared = std::shared_ptr<const scenarios::Scenario>;

// Sums over runs.
struct Work {
  double nanoseconds = 0;
  std::uint64_t events = 0;
  std::uint64_t allocations = 0;
  [[nodiscard]] double per_event(double sum) const { return events == 0 ? 0 : sum / static_cast<double>(events); }
  [[nodiscard]] double each() const { return per_event(nanoseconds); }
};

struct Sums {
  Work whole;
  Work unchecked;
  Work timed;  // with the stopwatch
  scenarios::Stopwatch core;
  Replay queue, network, network_without_chance, disks, disks_without_chance, fingerprint;
};

void add_run(Work& work, const Shared& scenario, std::uint64_t seed, const scenarios::Run::Options& options) {
  const std::uint64_t allocations_before = allocations();
  const double begin = processor_time();
  {
    scenarios::Run run(scenario, seed, options);
    work.events += run.finish().statistics.events;
  }
  work.nanoseconds += processor_time() - begin;
  work.allocations += allocations() - allocations_before;
}

void add(Replay& sum, const Replay& replay) {
  sum.nanoseconds += replay.nanoseconds;
  sum.calls += replay.calls;
}

Work runs_of(const Shared& scenario, std::uint64_t seeds, const scenarios::Run::Options& options) {
  Work work;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) add_run(work, scenario, seed, options);
  return work;
}

void keep_least(Work& least, const Work& work) {
  if (least.events == 0 || work.nanoseconds < least.nanoseconds) least = work;
}

// Only our own Raft can be timed inside its servers; null for another kind.
std::shared_ptr<const scenarios::ServerFactory> timed_servers(const Shared& scenario, scenarios::Stopwatch& core) {
  if (scenario->server.kind != scenarios::RaftKind().name()) return nullptr;
  return std::make_shared<const scenarios::RaftServers>(scenario, &core);
}

// By turns, so that what the machine does otherwise falls on all; and the least of a few times, as with the replays.
void add_runs(Sums& sums, const Shared& scenario, std::uint64_t seeds) {
  for (int turn = 0; turn < times_measured; ++turn) {
    keep_least(sums.whole, runs_of(scenario, seeds, {}));
    keep_least(sums.unchecked, runs_of(scenario, seeds, {.check = false}));
    scenarios::Stopwatch core;
    const double before = sums.timed.nanoseconds;
    keep_least(sums.timed, runs_of(scenario, seeds, {.check = false, .servers = timed_servers(scenario, core)}));
    if (sums.timed.nanoseconds != before) sums.core = core;
  }
}

void add_replays(Sums& sums, const RecordedRun& run) {
  add(sums.queue, replay_queue(run));
  add(sums.network, replay_network(run, Chance::as_it_was));
  add(sums.network_without_chance, replay_network(run, Chance::none));
  add(sums.disks, replay_disks(run, Chance::as_it_was));
  add(sums.disks_without_chance, replay_disks(run, Chance::none));
  add(sums.fingerprint, replay_fingerprint(run));
}

// What a stopwatch shows when nothing is between start and stop.
double empty_section() {
  constexpr int sections = 100'000;
  scenarios::Stopwatch watch;
  for (int i = 0; i < sections; ++i) scenarios::timed(&watch, [] {});
  return watch.nanoseconds() / sections;
}

std::vector<PartCost> parts_of(const Sums& sums) {
  const auto an_event = [&](double sum) { return sums.unchecked.per_event(sum); };
  const auto calls = [&](const Replay& replay) { return an_event(static_cast<double>(replay.calls)); };
  const auto sections = static_cast<double>(sums.core.sections());
  const double drawn = sums.network.nanoseconds - sums.network_without_chance.nanoseconds + sums.disks.nanoseconds -
                       sums.disks_without_chance.nanoseconds;
  return {
      {"checkers", sums.whole.each() - sums.unchecked.each(), "the difference to the same runs without checkers"},
      {"core", std::max(0.0, an_event(sums.core.nanoseconds() - sections * empty_section())),
       fmt::format("a stopwatch around Raft, its log and its state machine, {:.2f} times an event, less its own time",
                   an_event(sections))},
      {"queue", an_event(sums.queue.nanoseconds), "alone: the same events put in and taken out"},
      {"network", an_event(sums.network_without_chance.nanoseconds),
       fmt::format("alone: the same {:.2f} packets an event sent and handed over, nothing drawn", calls(sums.network))},
      {"disk", an_event(sums.disks_without_chance.nanoseconds),
       fmt::format("alone: the same {:.2f} operations an event carried out, nothing drawn", calls(sums.disks))},
      {"randomness", std::max(0.0, an_event(drawn)),
       "network and disk replayed with and without random draws, the difference"},
      {"fingerprint", an_event(sums.fingerprint.nanoseconds),
       fmt::format("alone: the same count of numbers mixed, {:.2f} an event, and the same messages read",
                   calls(sums.fingerprint))},
  };
}

}  // namespace

Breakdown breakdown(const scenarios::Scenario& scenario, std::uint64_t runs) {
  const auto shared = std::make_shared<const scenarios::Scenario>(scenario);
  const double reference = reference_nanoseconds();
  std::uint64_t seeds = 0;
  for (std::uint64_t events = 0; seeds < runs && events < events_enough;) {
    events += scenarios::Run(shared, ++seeds).finish().statistics.events;
  }
  Sums sums;
  add_runs(sums, shared, seeds);
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) add_replays(sums, recorded_run(shared, seed));
  Breakdown result{.runs = seeds,
                   .events = sums.whole.events,
                   .nanoseconds = sums.whole.each(),
                   .allocations = sums.whole.per_event(static_cast<double>(sums.whole.allocations)),
                   .reference = reference,
                   .parts = parts_of(sums)};
  double rest = result.nanoseconds;
  for (const PartCost& part : result.parts) rest -= part.nanoseconds;
  result.parts.push_back(
      {the_rest, rest, "left over: servers around the core, clients, faults, the loop, memory colder than alone"});
  return result;
}

}  // namespace raftsim::tools
