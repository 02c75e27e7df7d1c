// raftsim bench: how fast this machine simulates.
#pragma once

#include <cstdint>
#include <string>

#include "tools/exit_code.hpp"
#include "tools/runs/scenario_choice.hpp"
#include "tools/sweep/plan.hpp"
#include "tools/terminal/console.hpp"

namespace raftsim::tools {

struct BenchOptions {
  ScenarioChoice choice{.scenario = "leader-crash", .mutations = {}, .settings = {}};
  std::uint64_t runs = 200;
  unsigned jobs = available_cores();
  Format format = Format::text;
  std::string baseline;  // figures to compare with, as an earlier call saved them; empty: none
  std::string save;      // where to save these; empty: nowhere
};

// Sweeps the scenario with one job and with all of them, then without checkers, then runs whose chaos is ten times as
// long, to see whether an event costs more in them; then with one and two workers by turns; and then finds out what the
// parts of an event cost (measure/parts.hpp). Throws BadInput for a baseline that cannot be read.
ExitCode bench(const BenchOptions& options, Console& console);

}  // namespace raftsim::tools
