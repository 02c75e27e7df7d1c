// raftsim man: the manual page.
#pragma once

#include "tools/exit_code.hpp"
#include "tools/terminal/console.hpp"
#include "tools/usage/syntax.hpp"

namespace raftsim::tools {

struct ManOptions {
  Syntax syntax;  // of the command line that this is a subcommand of
};

ExitCode print_man_page(const ManOptions& options, Console& console);

}  // namespace raftsim::tools
