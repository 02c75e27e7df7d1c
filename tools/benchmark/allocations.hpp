// How often the program has asked for memory, and for how much.
#pragma once

#include <cstdint>

namespace raftsim::benchmarks {

// Calls of operator new on this thread so far.
[[nodiscard]] std::uint64_t allocations();
// What they asked for, given back or not.
[[nodiscard]] std::uint64_t allocated_bytes();

}  // namespace raftsim::benchmarks
