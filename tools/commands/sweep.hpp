// raftsim sweep: many seeds of one scenario in parallel, a summary, and a trace of each kind of violation.
#pragma once

#include <string>

#include "tools/exit_code.hpp"
#include "tools/runs/scenario_choice.hpp"
#include "tools/sweep/arguments.hpp"
#include "tools/sweep/conclusion.hpp"
#include "tools/terminal/console.hpp"

namespace raftsim::tools {

struct SweepOptions {
  ScenarioChoice choice;
  PlanArguments plan;
  ReportOptions report;
  std::string results;  // directory of a new results file; empty for none, but a shard's goes to report.out
  std::string resume;   // directory of one to go on with, if it is there
  bool allow_other_version = false;
};

// Of a scenario, or of each one of a suite (sweep_suite.cpp): a line for each, and more of what is violated.
ExitCode sweep(const SweepOptions& options, Console& console);
ExitCode sweep_suite(const SweepOptions& options, const scenarios::BuiltinSuite& suite, Console& console);

}  // namespace raftsim::tools
