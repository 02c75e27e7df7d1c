// What came of running one seed.
#pragma once

#include <cstdint>
#include <string>

#include "scenarios/cluster/run.hpp"

namespace raftsim::tools {

struct RunResult {
  std::uint64_t seed = 0;
  scenarios::Outcome outcome;
  bool repeated = false;  // was run twice, with the same fingerprint
  std::string failure;    // why the harness cannot be trusted with this seed; empty when it can
};

}  // namespace raftsim::tools
