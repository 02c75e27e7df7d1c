// 64-bit digests that are the same on every machine and compiler. Used for fingerprints and for comparing log prefixes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/little_endian.hpp"

namespace raftsim::core {

using Digest = std::uint64_t;

// A digest of `seed` followed by `value` (the finaliser of SplitMix64; Steele, Lea and Flood, 2014).
[[nodiscard]] constexpr Digest mix(Digest seed, std::uint64_t value) {
  std::uint64_t z = seed * 0x9e3779b97f4a7c15U + value + 0x9e3779b97f4a7c15U;
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31U);
}

// A digest of a string of bytes, read as little-endian words on every machine.
[[nodiscard]] inline Digest digest_of(std::string_view bytes, Digest seed = 0) {
  Digest result = mix(seed, bytes.size());
  const char* next = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 8; left -= 8, next += 8) result = mix(result, load_u64(next));
  if (left == 0) return result;
  std::uint64_t rest = 0;
  for (std::size_t i = 0; i < left; ++i) {
    rest |= static_cast<std::uint64_t>(static_cast<unsigned char>(next[i])) << (8 * i);
  }
  return mix(result, rest);
}

}  // namespace raftsim::core
