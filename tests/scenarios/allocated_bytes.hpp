// How much memory this program has asked for.
#pragma once

#include <cstdint>

namespace raftsim::tests {

// By operator new, on this thread, given back or not.
[[nodiscard]] std::uint64_t allocated_bytes();
// Those that were not given back.
[[nodiscard]] std::uint64_t held_bytes();

}  // namespace raftsim::tests
