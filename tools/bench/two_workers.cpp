#include "tools/bench/two_workers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "tools/bench/timed_sweep.hpp"

namespace raftsim::tools {

namespace {

constexpr double nearly_two = 1.95;

double runs_a_second(const TimedSweep& sweep) { return static_cast<double>(sweep.runs) / seconds(sweep.real_time); }
double cost(const TimedSweep& sweep) { return sweep.processor_seconds / static_cast<double>(sweep.runs); }

}  // namespace

TwoWorkers two_workers(const scenarios::Scenario& scenario, std::uint64_t runs) {
  std::array<TwoWorkers, 3> turns;
  for (TwoWorkers& turn : turns) {
    const TimedSweep one = timed_sweep("", scenario, runs, 1);
    const TimedSweep two = timed_sweep("", scenario, 2 * runs, 2);
    turn = {.runs_a_second = runs_a_second(two) / runs_a_second(one),
            .processors = two.processor_seconds / seconds(two.real_time),
            .by_processor_time = 2 * cost(one) / cost(two)};
  }
  std::ranges::sort(turns, {}, &TwoWorkers::runs_a_second);
  return turns[turns.size() / 2];
}

std::string as_text(const TwoWorkers& measured, unsigned cores) {
  std::string text = fmt::format("2 workers do {:.2f} times the runs a second of 1\n", measured.runs_a_second);
  if (measured.processors >= nearly_two) return text;
  return text + fmt::format(
                    "  (this machine has {}, of which they had {:.2f}: with one each it would be {:.2f} times, by the "
                    "processor time of a run)\n",
                    counted(cores, "core"), measured.processors, measured.by_processor_time);
}

}  // namespace raftsim::tools
