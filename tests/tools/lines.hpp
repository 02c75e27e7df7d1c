// A command's output, line by line.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

namespace raftsim::tools::test {

using Lines = std::vector<std::string>;

[[nodiscard]] inline bool says(const Lines& lines, const std::string& text) {
  return std::ranges::any_of(lines, [&](const std::string& line) { return line.find(text) != std::string::npos; });
}

// The format of a raw string literal: starting on a new line. Trailing spaces are removed.
[[nodiscard]] inline std::string joined(const Lines& lines) {
  std::string text = "\n";
  for (const std::string& line : lines) {
    text += line;
    text.erase(text.find_last_not_of(' ') + 1);
    text += "\n";
  }
  return text;
}

}  // namespace raftsim::tools::test
