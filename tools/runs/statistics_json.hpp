// What a run or a sum of runs did, as JSON and back, with nothing lost.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "scenarios/cluster/run.hpp"

namespace raftsim::tools {

[[nodiscard]] nlohmann::ordered_json statistics_to_json(const scenarios::Statistics& statistics);
// Throws std::exception for what statistics_to_json() does not write.
[[nodiscard]] scenarios::Statistics statistics_from_json(const nlohmann::ordered_json& json);

[[nodiscard]] nlohmann::ordered_json not_judged_to_json(const std::vector<checkers::NotJudged>& list);

// Every situation there is, with its count, in the order of checkers::Situation.
[[nodiscard]] std::vector<scenarios::Count> counts_of(const checkers::Situations& situations);

}  // namespace raftsim::tools
