// What a second worker brings: twice as many runs a second, if the two share nothing and have a processor each.
#pragma once

#include <string>

#include "scenarios/scenario.hpp"

namespace raftsim::tools {

struct TwoWorkers {
  double runs_a_second = 0;      // two workers to one
  double processors = 0;         // that the two had, on average: less than 2 when others had some of them
  double by_processor_time = 0;  // what the ratio would be if each had one to itself: 2, less what they cost each other
};

// Sweeps with one worker and with two, by turns, and takes the turn in the middle.
[[nodiscard]] TwoWorkers two_workers(const scenarios::Scenario& scenario, std::uint64_t runs);

// One line, or two when others kept the two from being measured.
[[nodiscard]] std::string as_text(const TwoWorkers& measured, unsigned cores);

}  // namespace raftsim::tools
