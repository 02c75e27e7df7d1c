// Which links a partition cuts, by its shape.
#pragma once

#include <utility>
#include <vector>

#include "scenarios/scenario.hpp"
#include "sim/random.hpp"

namespace raftsim::scenarios {

// One way: from, to.
using Cuts = std::vector<std::pair<sim::HostId, sim::HostId>>;

// Every server is concerned, not only some victims.
[[nodiscard]] bool concerns_all(PartitionShape shape);

struct Partition {
  Cuts blocked;
  const char* action = "";  // what is done to each victim, or to the network if `in_particular` is false: "cut off"
  bool in_particular = true;
};

// Draws are keyed by the fault's name and the strike's number. `servers`: all there are, ascending; `victims`: those
// that the strike has found; of a bridge, the server that both halves share.
//
// A swizzle cuts off its victims by one call each (Nemesis); FoundationDB calls it swizzle-clogging ("Testing
// distributed systems with deterministic simulation", Strange Loop 2014).
//
// Bridge and majority ring are after Jepsen's nemesis of these names (jepsen.nemesis, `bridge` and `majorities-ring`).
[[nodiscard]] Partition partition_of(const Fault& fault, const sim::Choices& choices, std::uint64_t nth,
                                     const std::vector<sim::HostId>& servers, const std::vector<sim::HostId>& victims);

}  // namespace raftsim::scenarios
