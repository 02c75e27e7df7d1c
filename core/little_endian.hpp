// Numbers as the disk format and digests store them: little-endian on every machine.
#pragma once

#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>

namespace raftsim::core {

template <std::unsigned_integral Number>
[[nodiscard]] constexpr Number little_endian(Number value) {
  if constexpr (std::endian::native == std::endian::little) return value;
  Number swapped = 0;
  for (unsigned byte = 0; byte < sizeof(Number); ++byte) swapped = (swapped << 8U) | ((value >> (8 * byte)) & 0xffU);
  return swapped;
}

inline void store_u64(char* to, std::uint64_t value) {
  value = little_endian(value);
  std::memcpy(to, &value, sizeof value);
}
[[nodiscard]] inline std::uint64_t load_u64(const char* from) {
  std::uint64_t value = 0;
  std::memcpy(&value, from, sizeof value);
  return little_endian(value);
}

inline void store_u32(char* to, std::uint32_t value) {
  value = little_endian(value);
  std::memcpy(to, &value, sizeof value);
}
[[nodiscard]] inline std::uint32_t load_u32(const char* from) {
  std::uint32_t value = 0;
  std::memcpy(&value, from, sizeof value);
  return little_endian(value);
}

}  // namespace raftsim::core
