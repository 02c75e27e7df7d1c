#include "tools/commands/man.hpp"

#include <ostream>

#include "tools/usage/man_page.hpp"

namespace raftsim::tools {

ExitCode print_man_page(const ManOptions& options, Console& console) {
  console.out << man_page(options.syntax);
  return ExitCode::clean;
}

}  // namespace raftsim::tools
