// How often the program has asked for memory, and for how much.
#pragma once

#include <cstdint>

namespace raftsim::tools {

// Calls of operator new on this thread so far. A program that asks for it has an operator new that counts; under a
// sanitizer, which brings its own, the answer is always 0.
[[nodiscard]] std::uint64_t allocations();
// What they asked for, given back or not. Likewise.
[[nodiscard]] std::uint64_t allocated_bytes();

}  // namespace raftsim::tools
