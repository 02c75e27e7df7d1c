// The command line of raftsim: which subcommand with which options.
#pragma once

#include <functional>
#include <string>

#include "tools/exit_code.hpp"
#include "tools/terminal/console.hpp"

namespace raftsim::tools {

// What was asked for; help and the version are answers like any other. `program`: how it is called, as it has to be
// typed. Without arguments it is the help, with the exit code of wrong usage. Throws BadInput when it is not understood.
[[nodiscard]] std::function<ExitCode(Console&)> command_of(int argc, const char* const* argv,
                                                           const std::string& program);

}  // namespace raftsim::tools
