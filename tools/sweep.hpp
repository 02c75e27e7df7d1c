// raftsim sweep: many seeds of one scenario in parallel, a summary, and a trace of each violating run.
#pragma once

#include <cstdint>
#include <string>

#include "tools/console.hpp"
#include "tools/exit_code.hpp"
#include "tools/scenario_choice.hpp"
#include "tools/sweep/plan.hpp"

namespace raftsim::tools {

struct SweepOptions {
  ScenarioChoice choice;
  SweepPlan plan{.jobs = available_cores()};
  std::string out = "out";  // where the traces go
  Format format = Format::text;
};

ExitCode sweep(const SweepOptions& options, Console& console);

}  // namespace raftsim::tools
