// When an event in the queue comes out.
#pragma once

#include <cstdint>

namespace raftsim::sim {

// Of the event in a slot of the queue.
struct EventOrder {
  std::int64_t at = 0;
  std::uint64_t rank = 0;  // of the same instant: that of the kind in the upper 8 bits, the sequence in the others
  std::uint32_t slot = 0;
  [[nodiscard]] bool before(const EventOrder& other) const {
    // Not `||`, `&&`: which of two is first cannot be foreseen, so that a branch would mostly be taken wrongly.
    return static_cast<bool>(static_cast<int>(at < other.at) |
                             (static_cast<int>(at == other.at) & static_cast<int>(rank < other.rank)));
  }
};

}  // namespace raftsim::sim
