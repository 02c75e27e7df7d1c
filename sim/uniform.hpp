// A whole number from a range, out of random bits.
#pragma once

#include <boost/random/uniform_int_distribution.hpp>
#include <cstdint>

namespace raftsim::sim {

// The number from [min, max] that boost::random::uniform_int_distribution makes of the engine's next bits, without its
// two divisions. With n = max - min + 1 numbers and 64 random bits, Boost answers bits / floor(2^64 / n), and draws
// again when that is n. The product bits * n / 2^64 is that quotient whenever the fraction that it cuts off is below
// 1 - n * n / 2^64: almost always, for n small against 2^32. In all other cases Boost is asked.
//
// `Engine` gives 64 bits a call, and its copy gives the same.
template <class Engine>
[[nodiscard]] std::uint64_t uniform(Engine& engine, std::uint64_t min, std::uint64_t max) {
  if (min == max) return min;
  const std::uint64_t range = max - min;
  if (range < 0xffffffffU) {
    const std::uint64_t n = range + 1;
    Engine ahead = engine;
    const std::uint64_t bits = ahead();
    // bits * n, of 96 bits: the upper 32 are the quotient, the others the fraction.
    const std::uint64_t low = (bits & 0xffffffffU) * n;
    const std::uint64_t high = (bits >> 32U) * n + (low >> 32U);
    const std::uint64_t fraction = high << 32U | (low & 0xffffffffU);
    if (fraction <= ~(n * n)) {
      engine = ahead;
      return min + (high >> 32U);
    }
  }
  return boost::random::uniform_int_distribution<std::uint64_t>(min, max)(engine);
}

}  // namespace raftsim::sim
