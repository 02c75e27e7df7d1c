// Numbers as the disk format and digests have them: little-endian whatever the machine.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace raftsim::core {

[[nodiscard]] constexpr std::uint64_t little_endian(std::uint64_t value) {
  if constexpr (std::endian::native == std::endian::little) return value;
  std::uint64_t swapped = 0;
  for (unsigned byte = 0; byte < 8; ++byte) swapped = (swapped << 8U) | ((value >> (8 * byte)) & 0xffU);
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
  for (unsigned byte = 0; byte < 4; ++byte) to[byte] = static_cast<char>((value >> (8 * byte)) & 0xffU);
}
[[nodiscard]] inline std::uint32_t load_u32(const char* from) {
  std::uint32_t value = 0;
  for (unsigned byte = 0; byte < 4; ++byte) {
    value |= static_cast<std::uint32_t>(static_cast<unsigned char>(from[byte])) << (8 * byte);
  }
  return value;
}

}  // namespace raftsim::core
