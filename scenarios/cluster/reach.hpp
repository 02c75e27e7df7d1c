// Which servers can talk to each other, as partitions, rules and links stand.
#pragma once

#include "checkers/due.hpp"
#include "core/server_set.hpp"
#include "sim/world.hpp"

namespace raftsim::scenarios {

// Of `servers` servers of which `working` are up. Two reach each other when neither way between them is blocked, loses
// everything, or has a rule in force that drops all messages of some kind between servers: Raft promises nothing to
// those whose votes, or entries, never arrive.
[[nodiscard]] checkers::Reach reach_of(const sim::World& world, const core::ServerSet& working, std::size_t servers);

}  // namespace raftsim::scenarios
