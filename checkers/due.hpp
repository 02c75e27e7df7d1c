// Of whom progress is due after the chaos. Raft promises it to a quorum whose servers work and can talk to each other
// (paper, section 5.6), whoever else does not or cannot.
#pragma once

#include <vector>

#include "core/configuration.hpp"
#include "core/server_set.hpp"

namespace raftsim::checkers {

// For each server by number, from S1: with whom it can exchange messages both ways, itself included; nobody when it does
// not work.
using Reach = std::vector<core::ServerSet>;

struct Due {
  // The largest set of servers that all reach each other and contain a quorum; empty: there is none, nothing is due.
  // Such a set can elect a leader and commit, whoever else reaches only some of them.
  core::ServerSet quorum;
  // But it need not be one of them who leads: whoever reaches a quorum may, even if those do not reach each other.
  core::ServerSet may_lead;
  // Those whom each of these reaches: sure to hear of what is committed.
  core::ServerSet converges;
  friend bool operator==(const Due&, const Due&) = default;
};
[[nodiscard]] Due due_of(const Reach& reach, const core::Configuration& configuration);

// All of these reach each other, and nobody else reaches anybody.
[[nodiscard]] Reach among(const core::ServerSet& servers, std::size_t all);

}  // namespace raftsim::checkers
