// A place that files can be written to: made when it is missing, tried out before hours of work depend on it.
#pragma once

#include <string>
#include <string_view>

namespace raftsim::tools {

// Throws BadInput when it cannot be made or written to.
void prepare_directory(const std::string& path);
// The same of the directory of a file; of the file itself when it `is_kept`, or is a device, a pipe or a link.
void prepare_file(const std::string& path, bool is_kept = false);
// Writes a file that appears whole or not at all. Throws BadInput.
void write_whole(const std::string& path, std::string_view text);

}  // namespace raftsim::tools
