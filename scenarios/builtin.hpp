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

// A folder of suites/: the tests of somebody else, each a scenario.
struct BuiltinSuite {
  std::string_view name;  // "mit-lab"
  std::span<const BuiltinScenario> scenarios;
};

// Sorted by name, and so are their scenarios. No scenario of one has the name of another that is built in.
[[nodiscard]] std::span<const BuiltinSuite> builtin_suites();

}  // namespace raftsim::scenarios
