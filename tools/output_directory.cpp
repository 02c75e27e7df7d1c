#include "tools/output_directory.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "tools/exit_code.hpp"

namespace raftsim::tools {

void prepare_directory(const std::string& path) {
  std::error_code problem;
  std::filesystem::create_directories(path, problem);
  if (!problem) {
    std::string probe = path + "/.raftsim-XXXXXX";
    const int descriptor = ::mkstemp(probe.data());
    if (descriptor < 0) {
      problem = {errno, std::generic_category()};
    } else {
      ::close(descriptor);
      ::unlink(probe.c_str());
    }
  }
  if (problem) throw BadInput(fmt::format("{}: cannot be written to: {}", path, problem.message()));
}

}  // namespace raftsim::tools
