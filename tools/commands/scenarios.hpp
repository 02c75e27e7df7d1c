// raftsim scenarios: which there are, or what one of them is about.
#pragma once

#include <string>

#include "tools/exit_code.hpp"
#include "tools/terminal/console.hpp"

namespace raftsim::tools {

struct ScenariosOptions {
  std::string scenario;  // a name or a path; empty to list them
  bool json = false;     // the file, as a start for one's own
  bool explain = false;  // in words, all of it
  bool schema = false;   // the JSON Schema of such files
};

ExitCode list_scenarios(const ScenariosOptions& options, Console& console);

}  // namespace raftsim::tools
