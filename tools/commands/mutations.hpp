// raftsim mutations: the known bugs that can be planted.
#pragma once

#include <string>

#include "tools/exit_code.hpp"
#include "tools/terminal/console.hpp"

namespace raftsim::tools {

struct MutationsOptions {
  std::string mutation;  // empty to list them
};

ExitCode list_mutations(const MutationsOptions& options, Console& console);

}  // namespace raftsim::tools
