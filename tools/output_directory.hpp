// A directory that files can be written to: made when it is missing, tried out before hours of work depend on it.
#pragma once

#include <string>

namespace raftsim::tools {

// Throws BadInput when it cannot be made or written to.
void prepare_directory(const std::string& path);

}  // namespace raftsim::tools
