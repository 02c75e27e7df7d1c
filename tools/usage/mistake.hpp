// A mistake on the command line, in one line of words: what is wrong first, then what was meant.
#pragma once

#include <string>
#include <vector>

#include "tools/usage/syntax.hpp"

namespace CLI {
class ParseError;
}

namespace raftsim::tools {

// A command line that could not be parsed.
struct Misuse {
  std::string subcommand;               // empty when it has none
  std::vector<std::string> unexpected;  // words that nothing took, in the order in which they were typed
  const CLI::ParseError& problem;       // as CLI11 has it
};

// "sweep: unknown option --seed; did you mean --seeds? (run has --seed)". `command`: how the program is called.
[[nodiscard]] std::string in_words(const Misuse& misuse, const Syntax& syntax, const std::string& command);

// Of options whose values CLI11 would not miss, as it takes the next option for one: "sweep: --json needs a value: FILE".
// `words`: what follows the name of the program. Empty when there is nothing wrong with them.
[[nodiscard]] std::string wrong_value(const std::vector<std::string>& words, const Syntax& syntax,
                                      const std::string& command);

// "unknown subcommand 'swep'; did you mean 'sweep'?"
[[nodiscard]] std::string unknown_subcommand(const std::string& name, const Syntax& syntax, const std::string& command);

}  // namespace raftsim::tools
