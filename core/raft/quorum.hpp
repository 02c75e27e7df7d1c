// Majorities (paper, section 5.2 and 5.3).
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <span>

#include "core/assertion.hpp"
#include "core/server_set.hpp"
#include "core/types.hpp"

namespace raftsim::core {

// The smallest number of servers out of `servers` such that any two sets of that size share one.
[[nodiscard]] constexpr std::size_t quorum_of(std::size_t servers) { return servers / 2 + 1; }

// The largest index that a quorum has reached, given one match index for each voter; reorders `matches`.
[[nodiscard]] inline Index quorum_index(std::span<Index> matches) {
  RAFTSIM_ASSERT(!matches.empty(), "a configuration has a voter");
  const auto nth = matches.begin() + static_cast<std::ptrdiff_t>(quorum_of(matches.size()) - 1);
  std::nth_element(matches.begin(), nth, matches.end(), std::greater<>());
  return *nth;
}

}  // namespace raftsim::core
