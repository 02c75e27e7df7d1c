// raftsim completion: the script that teaches a shell to complete raftsim's command line.
#pragma once

#include <string>

#include "tools/exit_code.hpp"
#include "tools/terminal/console.hpp"
#include "tools/usage/syntax.hpp"

namespace raftsim::tools {

struct CompletionOptions {
  std::string shell;  // bash, zsh or fish
  Syntax syntax;      // of the command line that this is an option of
};

// Throws BadInput for another shell.
ExitCode print_completion(const CompletionOptions& options, Console& console);

}  // namespace raftsim::tools
