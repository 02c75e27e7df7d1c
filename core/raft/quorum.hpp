// Majorities (paper, section 5.2 and 5.3).
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <span>

#include "core/assertion.hpp"
#include "core/configuration.hpp"
#include "core/server_set.hpp"
#include "core/types.hpp"

namespace raftsim::core {

// The smallest number of servers out of `servers` such that any two sets of that size overlap.
[[nodiscard]] constexpr std::size_t quorum_of(std::size_t servers) { return servers / 2 + 1; }

// The largest index that a quorum has reached, given one match index for each voter; reorders `matches`.
[[nodiscard]] inline Index quorum_index(std::span<Index> matches) {
  RAFTSIM_ASSERT(!matches.empty(), "a configuration has a voter");
  const auto nth = matches.begin() + static_cast<std::ptrdiff_t>(quorum_of(matches.size()) - 1);
  std::nth_element(matches.begin(), nth, matches.end(), std::greater<>());
  return *nth;
}

// The same for a configuration. While it is joint: the largest index reached by a majority of each of the two sets of
// voters. `match_of(i)` is the match index of members[i].
template <class MatchOf>
[[nodiscard]] Index quorum_index(const Configuration& configuration, std::span<const ServerId> members,
                                 MatchOf match_of) {
  const auto reached_by_majority_of = [&](const ServerSet& voters) {
    std::array<Index, max_servers> matches;
    std::size_t count = 0;
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (voters.contains(members[i])) matches[count++] = match_of(i);
    }
    return quorum_index(std::span(matches).first(count));
  };
  const Index index = reached_by_majority_of(configuration.voters);
  return configuration.joint() ? std::min(index, reached_by_majority_of(configuration.outgoing)) : index;
}

}  // namespace raftsim::core
