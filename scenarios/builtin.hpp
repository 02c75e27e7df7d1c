// The scenario files of these folders as they were when the program was built; see embed.cmake.
#pragma once

#include <span>
#include <string_view>

namespace raftsim::scenarios {

struct BuiltinScenario {
  std::string_view name;  // the file's name without .json: "leader-crash"
  std::string_view json;  // its text, byte for byte
};

// Sorted by name.
[[nodiscard]] std::span<const BuiltinScenario> builtin_scenarios();

}  // namespace raftsim::scenarios
