// The entry of the log that an observation is about.
#pragma once

#include <optional>

#include "core/observation.hpp"

namespace raftsim::tools {

// Its first index: of the entry appended, the first one removed, match_index, ... Nothing when it has none.
[[nodiscard]] std::optional<core::Index> observed_index(const core::Observation& said);

}  // namespace raftsim::tools
