// The manual page of raftsim, in roff's language.
#pragma once

#include <string>

#include "tools/usage/syntax.hpp"

namespace raftsim::tools {

// Its name is raftsim, whatever the program is called.
[[nodiscard]] std::string man_page(const Syntax& syntax);

}  // namespace raftsim::tools
