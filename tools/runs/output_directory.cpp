#include "tools/runs/output_directory.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "checkers/trace/atomic_file.hpp"
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

void prepare_file(const std::string& path, bool is_kept) {
  if (std::filesystem::is_directory(path)) throw BadInput(path + ": is a directory, not a file to write to");
  if (std::filesystem::exists(path) && (is_kept || checkers::is_written_in_place(path))) {
    if (::access(path.c_str(), W_OK) == 0) return;
    throw BadInput(fmt::format("{}: cannot be written to: {}", path, std::strerror(errno)));
  }
  const std::string directory = std::filesystem::path(path).parent_path().string();
  prepare_directory(directory.empty() ? "." : directory);
}

void write_whole(const std::string& path, std::string_view text) {
  try {
    checkers::AtomicFile file(path);
    file.write(text);
    file.commit();
  } catch (const std::system_error& problem) {
    throw BadInput(fmt::format("{}: cannot be written to: {}", path, problem.code().message()));
  }
}

}  // namespace raftsim::tools
