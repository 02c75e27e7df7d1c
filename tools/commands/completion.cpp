#include "tools/commands/completion.hpp"

#include <ostream>

#include "scenarios/nearest.hpp"
#include "tools/usage/completion.hpp"
#include "tools/usage/values.hpp"

namespace raftsim::tools {

namespace {

std::string script_for(const CompletionOptions& options, const std::string& command) {
  if (options.shell == "bash") return bash_completion(options.syntax, command);
  if (options.shell == "zsh") return zsh_completion(options.syntax, command);
  if (options.shell == "fish") return fish_completion(options.syntax, command);
  throw BadInput(scenarios::unknown("shell", options.shell, shells));
}

}  // namespace

ExitCode print_completion(const CompletionOptions& options, Console& console) {
  console.out << script_for(options, console.command);
  return ExitCode::clean;
}

}  // namespace raftsim::tools
