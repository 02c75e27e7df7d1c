// What a command prints, line by line.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

namespace raftsim::tools::test {

using Lines = std::vector<std::string>;

[[nodiscard]] inline bool says(const Lines& lines, const std::string& text) {
  return std::ranges::any_of(lines, [&](const std::string& line) { return line.find(text) != std::string::npos; });
}

// As a raw string literal begins: on a line of their own. What fills a line up is left out.
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
