// What one run asked of the parts of the simulator, taken down from outside, so that each part can be given the same
// work alone (replays.hpp).
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "scenarios/scenario.hpp"
#include "sim/network.hpp"
#include "sim/random.hpp"
#include "sim/step.hpp"

namespace raftsim::tools {

struct RecordedRun {
  struct Crash {
    sim::EventId after = 0;  // the step during which, or right after which, the host lost power
    sim::HostId host;
    std::uint64_t name = 0;  // as its disk's choices are keyed by it
  };

  sim::Choices choices;
  sim::NetworkSettings network;  // before any fault
  sim::DiskSettings disk;
  std::size_t hosts = 0;
  std::size_t disks = 0;               // the first so many hosts have one
  std::vector<sim::Disk> first_disks;  // as they are before the first step
  std::vector<sim::Step> steps;        // number n has the id n + 1
  std::vector<Crash> crashes;          // in order
  std::uint64_t observed_numbers = 0;  // that the observations of servers come to (core::feed)
};

// Makes the run and takes it down: some megabytes for ten thousand events.
[[nodiscard]] RecordedRun recorded_run(const std::shared_ptr<const scenarios::Scenario>& scenario, std::uint64_t seed);

}  // namespace raftsim::tools
