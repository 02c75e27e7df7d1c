#include "tools/runs/seed_runner.hpp"

#include <fmt/format.h>

#include <exception>

#include "scenarios/cluster/run.hpp"
#include "tools/terminal/wording.hpp"

namespace raftsim::tools {

RunResult SeedRunner::operator()(std::uint64_t seed, bool twice) const {
  RunResult result;
  result.seed = seed;
  try {
    const scenarios::Run::Options options{.overrides = overrides_};
    result.outcome = scenarios::Run(scenario_, seed, options).finish();
    if (!twice) return result;
    const scenarios::Outcome again = scenarios::Run(scenario_, seed, options).finish();
    result.repeated = true;
    if (again.fingerprint != result.outcome.fingerprint) {
      result.failure = fmt::format("two runs of one seed differ: fingerprints {} and {}",
                                   hexadecimal(result.outcome.fingerprint), hexadecimal(again.fingerprint));
    } else if (again.verdict != result.outcome.verdict) {
      result.failure = "two runs of one seed have the same fingerprint and different verdicts";
    }
  } catch (const sim::BadOverride&) {
    throw;
  } catch (const std::exception& problem) {
    result.failure = fmt::format("the run threw: {}", problem.what());
  }
  return result;
}

}  // namespace raftsim::tools
