// Faults of a scenario that strike nothing: a typing error in `match`, a first strike after the end of the chaos.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/scenario.hpp"
#include "tools/sweep/summary.hpp"

namespace raftsim::tools {

struct InertFault {
  std::string name;  // of the fault
  std::string why;   // what is likely wrong, and what to do about it
};

// With fewer runs a rare fault may strike nothing by chance.
inline constexpr std::uint64_t runs_to_expect_a_strike = 100;

// The faults with a count of zero, in the order of the scenario; none when there were too few runs.
[[nodiscard]] std::vector<InertFault> inert_faults(const scenarios::Scenario& scenario, const Summary& summary);

}  // namespace raftsim::tools
