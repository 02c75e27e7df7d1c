// The known bugs that core/mutation.hpp can plant, as documentation: what each is, who had it, and which sweep finds it.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "core/mutation.hpp"

namespace raftsim::scenarios {

// One row of the table in known_bugs.cpp. No field is empty but `setting`.
struct KnownBug {
  core::Mutation mutation;
  std::string_view name;       // as on the command line: "match-overwrite"
  std::string_view mechanism;  // what the broken line does
  std::string_view origin;     // where a real implementation had it
  std::string_view scenario;   // the scenario whose sweep finds it
  std::string_view setting;    // what has to be set there (--set), if anything
  std::string_view checkers;   // which checkers are expected to find it, separated by ", "
};

// In the order of core::Mutation.
[[nodiscard]] std::span<const KnownBug, core::mutation_count> known_bugs();
[[nodiscard]] const KnownBug& known_bug(core::Mutation mutation);
[[nodiscard]] std::optional<core::Mutation> mutation_named(std::string_view name);

}  // namespace raftsim::scenarios
