#include "tools/commands/completion.hpp"

#include <fmt/format.h>

#include <ostream>

#include "tools/terminal/wording.hpp"
#include "tools/usage/completion.hpp"
#include "tools/usage/values.hpp"

namespace raftsim::tools {

namespace {

std::string script_for(const CompletionOptions& options, const std::string& command) {
  if (options.shell == "bash") return bash_completion(options.syntax, command);
  if (options.shell == "zsh") return zsh_completion(options.syntax, command);
  if (options.shell == "fish") return fish_completion(options.syntax, command);
  // Three short names: no guess which of them was meant.
  throw BadInput(fmt::format("completion: expected one of the shells {}, found '{}'", fmt::join(shells, ", "),
                             one_line(options.shell)));
}

}  // namespace

ExitCode print_completion(const CompletionOptions& options, Console& console) {
  console.out << script_for(options, console.command);
  return ExitCode::clean;
}

}  // namespace raftsim::tools
