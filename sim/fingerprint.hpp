// A running digest of a run: two runs that did the same have the same value, on every machine and compiler.
#pragma once

#include <bit>
#include <cstdint>

namespace raftsim::sim {

// The finaliser of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014).
[[nodiscard]] constexpr std::uint64_t scramble(std::uint64_t z) {
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31U);
}

// Takes in one number after the other; the order counts. One multiplication a number, as it runs for every event.
class Fingerprint {
 public:
  constexpr void mix(std::uint64_t number) {
    const std::uint64_t product = (std::rotl(state_, 23) ^ number) * 0x9e3779b97f4a7c15U;
    state_ = product ^ (product >> 32U);
  }
  [[nodiscard]] constexpr std::uint64_t value() const { return scramble(state_); }
  friend constexpr bool operator==(const Fingerprint&, const Fingerprint&) = default;

 private:
  std::uint64_t state_ = 0x2545f4914f6cdd1dU;
};

}  // namespace raftsim::sim
