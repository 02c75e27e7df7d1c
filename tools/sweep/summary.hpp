// What came of a sweep, or of a part of it: runs added up.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/hash.hpp"
#include "scenarios/cluster/run.hpp"
#include "tools/runs/run_result.hpp"
#include "tools/sweep/violations.hpp"

namespace raftsim::tools {

struct HarnessFailure {
  std::uint64_t seed = 0;
  std::string message;
};

// A sum: the same however many threads or machines made the runs, and in whatever order their parts are added.
class Summary {
 public:
  explicit Summary(std::uint64_t keep = 1) : violations(keep) {}

  void add(const RunResult& result);
  // Precondition: the runs of the two have different seeds.
  Summary& operator+=(const Summary& other);

  std::uint64_t runs = 0;
  std::uint64_t repeated = 0;
  core::Digest fingerprint = 0;  // of all runs: the sum of the digests of (seed, fingerprint)
  scenarios::Statistics total;   // sums; committed_entries too
  Violations violations;
  std::vector<HarnessFailure> failures;  // by seed; their runs are not counted
};

// How many violations each checker found; the one that found most first.
[[nodiscard]] std::vector<scenarios::Count> by_checker(const Violations& violations);

}  // namespace raftsim::tools
