// raftsim inspect: a trace as text.
#pragma once

#include <string>

#include "tools/exit_code.hpp"
#include "tools/inspect/options.hpp"
#include "tools/terminal/console.hpp"

namespace raftsim::tools {

struct InspectCommandOptions {
  std::string file;
  InspectOptions show;
};

// A violation in the trace is no violation of this command: it only reads.
ExitCode inspect(const InspectCommandOptions& options, Console& console);

}  // namespace raftsim::tools
