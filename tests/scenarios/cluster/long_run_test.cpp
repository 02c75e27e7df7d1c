// A run may go on for hours: it takes the memory of what is alive in it, and not of all that ever happened.
#include <algorithm>
#include <chrono>
#include <cstdint>

#include "catch.hpp"
#include "scenarios/allocated_bytes.hpp"
#include "scenarios/shipped_runs.hpp"

namespace raftsim::tests {

namespace {

// The most that is held in the 20 virtual seconds up to `end`; what is alive goes up and down with snapshots and
// crashes.
std::uint64_t peak_up_to(scenarios::Run& run, std::chrono::seconds end) {
  while (run.world().now() < sim::Time(end - std::chrono::seconds(20))) run.step();
  std::uint64_t peak = 0;
  while (run.world().now() < sim::Time(end) && run.step()) peak = std::max(peak, held_bytes());
  return peak;
}

}  // namespace

TEST_CASE("A run holds no more memory after 400 virtual seconds than after 100") {
  // Logs are compacted in all of these, clients come to no end, and whoever crashes comes back.
  for (const auto* name : {"leader-crash", "snapshot-churn", "exactly-once", "everything", "membership-churn"}) {
    INFO(name);
    const auto before = held_bytes();
    // Seed 1 of `everything` has no administration: servers that never join keep the whole log alive.
    scenarios::Run run(shipped_scenario(name, {"chaos_ends=1000s"}), 2);
    const auto early = peak_up_to(run, std::chrono::seconds(100)) - before;
    const auto late = peak_up_to(run, std::chrono::seconds(400)) - before;
    INFO(early << " and " << late << " bytes");
    REQUIRE(run.world().now() >= sim::Time(std::chrono::seconds(399)));
    CHECK(late < early * 5 / 4);
  }
}

}  // namespace raftsim::tests
