// A summary as JSON and back, with nothing lost: what result files are made of.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "tools/sweep/summary.hpp"

namespace raftsim::tools {

[[nodiscard]] nlohmann::ordered_json summary_to_json(const Summary& summary);
// Throws std::exception for what summary_to_json() does not write.
[[nodiscard]] Summary summary_from_json(const nlohmann::ordered_json& json, std::uint64_t keep);

}  // namespace raftsim::tools
