#include "tools/measure/parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "scenarios/run.hpp"
#include "scenarios/stopwatch.hpp"
#include "tools/measure/allocations.hpp"
#include "tools/measure/processor_time.hpp"
#include "tools/measure/replays.hpp"
#include "tools/reference_loop.hpp"

namespace raftsim::tools {

namespace {

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

void add_seed(Sums& sums, const Shared& scenario, std::uint64_t seed, scenarios::Stopwatch& core) {
  // By turns first and second, so that what the machine does otherwise falls on both.
  if (seed % 2 == 0) add_run(sums.whole, scenario, seed, {});
  add_run(sums.unchecked, scenario, seed, {.check = false});
  if (seed % 2 == 1) add_run(sums.whole, scenario, seed, {});
  add_run(sums.timed, scenario, seed, {.check = false, .core_time = &core});

  const RecordedRun run = recorded_run(scenario, seed);
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

std::vector<PartCost> parts_of(const Sums& sums, const scenarios::Stopwatch& core) {
  const auto an_event = [&](double sum) { return sums.unchecked.per_event(sum); };
  const auto calls = [&](const Replay& replay) { return an_event(static_cast<double>(replay.calls)); };
  const auto sections = static_cast<double>(core.sections());
  const double drawn = sums.network.nanoseconds - sums.network_without_chance.nanoseconds + sums.disks.nanoseconds -
                       sums.disks_without_chance.nanoseconds;
  return {
      {"checkers", sums.whole.each() - sums.unchecked.each(), "the same runs without checkers take that much less"},
      {"core", std::max(0.0, an_event(core.nanoseconds() - sections * empty_section())),
       fmt::format("a stopwatch around Raft, its log and its state machine, {:.2f} times an event, less its own time",
                   an_event(sections))},
      {"queue", an_event(sums.queue.nanoseconds), "alone: the same events put in and taken out"},
      {"network", an_event(sums.network_without_chance.nanoseconds),
       fmt::format("alone: the same {:.2f} packets an event sent and handed over, nothing drawn", calls(sums.network))},
      {"disk", an_event(sums.disks_without_chance.nanoseconds),
       fmt::format("alone: the same {:.2f} operations an event carried out, nothing drawn", calls(sums.disks))},
      {"randomness", std::max(0.0, an_event(drawn)), "what network and disk, alone, take more with all that they draw"},
      {"fingerprint", an_event(sums.fingerprint.nanoseconds),
       fmt::format("alone: as many numbers mixed, {:.2f} an event, and the same messages digested",
                   calls(sums.fingerprint))},
  };
}

}  // namespace

Breakdown breakdown(const scenarios::Scenario& scenario, std::uint64_t runs) {
  const auto shared = std::make_shared<const scenarios::Scenario>(scenario);
  const double reference = reference_nanoseconds();
  Sums sums;
  scenarios::Stopwatch core;
  for (std::uint64_t seed = 1; seed <= runs; ++seed) add_seed(sums, shared, seed, core);
  Breakdown result{.runs = runs,
                   .events = sums.whole.events,
                   .nanoseconds = sums.whole.each(),
                   .allocations = sums.whole.per_event(static_cast<double>(sums.whole.allocations)),
                   .reference = reference,
                   .parts = parts_of(sums, core)};
  double rest = result.nanoseconds;
  for (const PartCost& part : result.parts) rest -= part.nanoseconds;
  result.parts.push_back(
      {the_rest, rest, "left over: servers around the core, clients, faults, the loop, memory colder than alone"});
  return result;
}

}  // namespace raftsim::tools
