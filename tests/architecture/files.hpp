// The project's own files, as text.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace raftsim::architecture {

inline const std::filesystem::path root = RAFTSIM_SOURCE_DIR;

[[nodiscard]] inline std::string text_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace raftsim::architecture
