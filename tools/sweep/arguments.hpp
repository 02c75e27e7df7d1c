// The plan of a sweep as it is given on the command line.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "tools/sweep/plan.hpp"

namespace raftsim::tools {

struct PlanArguments {
  std::optional<std::uint64_t> seeds = {};  // 1000 when neither is given
  std::string time = {};                    // "10m"; empty for none
  std::string first_seed = "1";             // a number, or "random"
  std::string shard = {};                   // "2/4"; empty for all
  unsigned jobs = available_cores();
  std::optional<std::uint64_t> max_violations = {};
  std::optional<std::uint64_t> keep = {};
};

// "90s", "10m", "1.5h". Throws BadInput.
[[nodiscard]] std::chrono::nanoseconds budget_from(const std::string& text);
// "2/4". Throws BadInput.
[[nodiscard]] Shard shard_from(const std::string& text);

// A random first seed is drawn here. A sweep ends with its tenth violation, unless it is told when to end, how many to
// keep while it goes on, or is one of several shards, which cannot know what the others find. Throws BadInput.
[[nodiscard]] SweepPlan plan_of(const PlanArguments& arguments);

}  // namespace raftsim::tools
