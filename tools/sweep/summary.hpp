// What came of a sweep: the runs of some seeds, added up in the order of the seeds.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "checkers/checker.hpp"
#include "core/hash.hpp"
#include "scenarios/run.hpp"

namespace raftsim::tools {

// What came of one seed.
struct RunResult {
  std::uint64_t seed = 0;
  scenarios::Outcome outcome;
  bool repeated = false;  // was run twice, with the same fingerprint
  std::string failure;    // why the harness cannot be trusted with this seed; empty when it can
};

struct Violation {
  std::uint64_t seed = 0;
  core::Digest fingerprint = 0;
  checkers::Verdict verdict;
};

struct HarnessFailure {
  std::uint64_t seed = 0;
  std::string message;
};

// Fed with results seed by seed, so that it is the same however many threads made them.
class Summary {
 public:
  void add(const RunResult& result);

  std::uint64_t runs = 0;
  std::uint64_t repeated = 0;
  core::Digest fingerprint = 0;  // over the fingerprints of all runs
  scenarios::Statistics total;   // sums; committed_entries too
  std::vector<Violation> violations;
  std::vector<HarnessFailure> failures;  // their runs are not counted
};

// The violations of one checker.
struct CheckerViolations {
  std::string checker;
  std::vector<std::uint64_t> seeds;  // ascending
};

// The checker that found most first.
[[nodiscard]] std::vector<CheckerViolations> by_checker(const std::vector<Violation>& violations);

// Every situation there is, with its count, in the order of checkers::Situation.
[[nodiscard]] std::vector<scenarios::Count> counts_of(const checkers::Situations& situations);

}  // namespace raftsim::tools
