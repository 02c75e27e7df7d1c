// Runs seeds of one scenario, some of them twice.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "scenarios/scenario.hpp"
#include "sim/random.hpp"
#include "tools/sweep/summary.hpp"

namespace raftsim::tools {

class SeedRunner {
 public:
  // A copy of the scenario is shared with the runs of this thread only: an atomic count that several threads touch for
  // every run would cost more than the copy.
  explicit SeedRunner(const scenarios::Scenario& scenario, std::vector<sim::Override> overrides = {})
      : scenario_(std::make_shared<const scenarios::Scenario>(scenario)), overrides_(std::move(overrides)) {}

  // Throws nothing but sim::BadOverride: what the harness itself does wrong is RunResult::failure.
  [[nodiscard]] RunResult operator()(std::uint64_t seed, bool twice) const;

 private:
  std::shared_ptr<const scenarios::Scenario> scenario_;
  std::vector<sim::Override> overrides_;
};

}  // namespace raftsim::tools
