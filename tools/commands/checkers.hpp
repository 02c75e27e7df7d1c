// raftsim checkers: the names that a scenario's `without` and `must_reach` take.
#pragma once

#include "tools/exit_code.hpp"
#include "tools/terminal/console.hpp"

namespace raftsim::tools {

struct CheckersOptions {};

ExitCode list_checkers(const CheckersOptions& options, Console& console);

}  // namespace raftsim::tools
