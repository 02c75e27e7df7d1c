// Which program this is, for people: version, compiler and kind of build.
#pragma once

#include <string>

namespace raftsim::tools {

// Three lines.
[[nodiscard]] std::string build_description();

}  // namespace raftsim::tools
