// Runs seeds of one scenario, some of them twice.
#pragma once

#include <memory>

#include "scenarios/scenario.hpp"
#include "tools/sweep/summary.hpp"

namespace raftsim::tools {

class SeedRunner {
 public:
  // A copy of the scenario is shared with the runs of this thread only: an atomic count that several threads touch for
  // every run would cost more than the copy.
  explicit SeedRunner(const scenarios::Scenario& scenario)
      : scenario_(std::make_shared<const scenarios::Scenario>(scenario)) {}

  // Throws nothing: what the harness itself does wrong is RunResult::failure.
  [[nodiscard]] RunResult operator()(std::uint64_t seed, bool twice) const;

 private:
  std::shared_ptr<const scenarios::Scenario> scenario_;
};

}  // namespace raftsim::tools
