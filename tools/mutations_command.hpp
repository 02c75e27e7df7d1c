// raftsim mutations: the known bugs that can be planted.
#pragma once

#include <string>

#include "tools/console.hpp"
#include "tools/exit_code.hpp"

namespace raftsim::tools {

struct MutationsOptions {
  std::string mutation;  // empty to list them
};

ExitCode list_mutations(const MutationsOptions& options, Console& console);

}  // namespace raftsim::tools
