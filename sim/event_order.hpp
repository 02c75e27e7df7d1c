// The position of an event in the queue.
#pragma once

#include <cstdint>

namespace raftsim::sim {

// The sort key of the event in a slot of the queue.
struct EventOrder {
  std::int64_t at = 0;
  std::uint64_t rank = 0;  // within the same instant: the kind in the upper 8 bits, the sequence in the others
  std::uint32_t slot = 0;
  [[nodiscard]] bool before(const EventOrder& other) const {
    // Not `||`, `&&`: the outcome is unpredictable, so branches would often be mispredicted.
    return static_cast<bool>(static_cast<int>(at < other.at) |
                             (static_cast<int>(at == other.at) & static_cast<int>(rank < other.rank)));
  }
};

}  // namespace raftsim::sim
