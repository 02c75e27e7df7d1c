// How often the program has asked for memory.
#pragma once

#include <cstdint>

namespace raftsim::benchmarks {

// Calls of operator new on this thread so far.
[[nodiscard]] std::uint64_t allocations();

}  // namespace raftsim::benchmarks
