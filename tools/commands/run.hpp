// raftsim run: one seed, its verdict and what happened, and its trace when asked.
#pragma once

#include <cstdint>
#include <string>

#include "scenarios/cluster/run.hpp"
#include "tools/exit_code.hpp"
#include "tools/runs/scenario_choice.hpp"
#include "tools/terminal/console.hpp"

namespace raftsim::tools {

struct RunOneOptions {
  ScenarioChoice choice;
  std::uint64_t seed = 1;
  std::string trace = {};      // the file to write; empty for none
  std::string overrides = {};  // a file of decisions to answer in place of chance; empty for none
  std::string decisions = {};  // the file to write those that the run asks for; empty for none
};

ExitCode run_one(const RunOneOptions& options, Console& console);

// What was expected and what was seen, in lines that are indented by two.
[[nodiscard]] std::string described(const checkers::Verdict& verdict);

}  // namespace raftsim::tools
