// Scripts that teach a shell to complete raftsim's command line.
#pragma once

#include <string>

#include "tools/usage/syntax.hpp"

namespace raftsim::tools {

// `command`: how the program is called, such as "tools/run". Each script completes it, and raftsim too.
[[nodiscard]] std::string bash_completion(const Syntax& syntax, const std::string& command);
[[nodiscard]] std::string zsh_completion(const Syntax& syntax, const std::string& command);
[[nodiscard]] std::string fish_completion(const Syntax& syntax, const std::string& command);

}  // namespace raftsim::tools
