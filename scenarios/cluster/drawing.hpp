// Servers drawn by lot.
#pragma once

#include <cstddef>
#include <vector>

#include "sim/event.hpp"
#include "sim/random.hpp"

namespace raftsim::scenarios {

// By ascending draw, where each draw has the host as its key's item: who else is there changes nothing of the order
// among the others.
[[nodiscard]] std::vector<sim::HostId> in_drawn_order(const sim::Choices& choices, const sim::Key& key,
                                                      std::vector<sim::HostId> hosts);

// `count` different elements of `from`, in ascending order: those that draw the lowest numbers. Draws nothing where all
// are taken.
[[nodiscard]] std::vector<sim::HostId> choose(const sim::Choices& choices, const sim::Key& key,
                                              std::vector<sim::HostId> from, std::size_t count);

}  // namespace raftsim::scenarios
