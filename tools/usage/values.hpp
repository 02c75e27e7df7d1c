// What can be typed for a value, by what the help calls it: SCENARIO, FILE, FORMAT.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tools/usage/syntax.hpp"

namespace raftsim::tools {

struct Values {
  std::vector<std::string> words;
  bool files = false;        // or the name of a file
  bool directories = false;  // or the name of a directory
  bool unfinished = false;   // the words go on: "network.links.loss="
  [[nodiscard]] bool none() const { return words.empty() && !files && !directories; }
};

// Nothing for a number, a time and the like.
[[nodiscard]] Values values_of(std::string_view type);

// The types in the syntax that have values, each once.
[[nodiscard]] std::vector<std::string> types_with_values(const Syntax& syntax);

// Of --set without=: lists of one checker, such as ["no-stale-rewind"].
[[nodiscard]] std::vector<std::string> lists_of_a_checker();

inline constexpr std::string_view shells[] = {"bash", "zsh", "fish"};

}  // namespace raftsim::tools
