#include <algorithm>
#include <vector>

#include "sim/event_queue.hpp"
#include "tools/bench/repeated.hpp"
#include "tools/bench/replays.hpp"

namespace raftsim::tools {

namespace {

// Events in the order in which they were put in, and how many of them were in after each step.
struct Schedule {
  std::vector<sim::Event> events;
  std::vector<std::size_t> in_after;  // [0]: before the first step
};

// The events of a step carry on from their cause; those of a later number cannot have been put in before.
Schedule schedule_of(const RecordedRun& run) {
  Schedule schedule;
  for (const sim::Step& step : run.steps) schedule.events.push_back(step.event);
  std::ranges::sort(schedule.events, {}, &sim::Event::sequence);
  schedule.in_after.assign(run.steps.size() + 1, 0);
  sim::EventId put_in = 0;
  for (const sim::Event& event : schedule.events) {
    put_in = std::max(put_in, event.cause);
    ++schedule.in_after[put_in];
  }
  for (std::size_t step = 1; step < schedule.in_after.size(); ++step) {
    schedule.in_after[step] += schedule.in_after[step - 1];
  }
  return schedule;
}

}  // namespace

Replay replay_queue(const RecordedRun& run) {
  const Schedule schedule = schedule_of(run);
  if (schedule.events.empty()) return {};
  std::uint64_t same = 0;
  const auto work = [&](sim::EventQueue& queue) {
    same = 0;
    std::size_t in = 0;
    for (std::size_t step = 0; step <= run.steps.size(); ++step) {
      if (step > 0) same += queue.pop().at == run.steps[step - 1].event.at ? 1 : 0;
      for (; in < schedule.in_after[step]; ++in) queue.push(schedule.events[in]);
    }
  };
  const double nanoseconds = least_time([] { return sim::EventQueue(); }, work);
  const double all = static_cast<double>(schedule.events.back().sequence);
  const double replayed = static_cast<double>(schedule.events.size());
  return {nanoseconds * std::max(1.0, all / replayed), schedule.events.size(), same};
}

}  // namespace raftsim::tools
