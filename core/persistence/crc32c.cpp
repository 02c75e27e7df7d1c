#include "core/persistence/crc32c.hpp"

#include <array>
#include <cstddef>

#include "core/little_endian.hpp"

namespace raftsim::core {
namespace {

// Eight bytes at a time (Kounavis and Berry, "A Systematic Approach to Building High Performance Software-Based CRC
// Generators", 2005): table k advances a byte by k further zero bytes. Boost.CRC goes byte by byte, several times
// slower.
constexpr std::size_t slices = 8;
using Tables = std::array<std::array<std::uint32_t, 256>, slices>;

constexpr Tables make_tables() {
  constexpr std::uint32_t reflected_polynomial = 0x82f63b78U;
  Tables tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? reflected_polynomial : 0U);
    tables[0][byte] = crc;
  }
  for (std::size_t slice = 1; slice < slices; ++slice) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint32_t before = tables[slice - 1][byte];
      tables[slice][byte] = (before >> 8U) ^ tables[0][before & 0xffU];
    }
  }
  return tables;
}

constexpr Tables tables = make_tables();

}  // namespace

std::uint32_t crc32c(std::string_view bytes, std::uint32_t so_far) {
  std::uint32_t crc = ~so_far;
  const char* next = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= slices; left -= slices, next += slices) {
    const std::uint64_t word = load_u64(next) ^ crc;
    crc = tables[7][word & 0xffU] ^ tables[6][(word >> 8U) & 0xffU] ^ tables[5][(word >> 16U) & 0xffU] ^
          tables[4][(word >> 24U) & 0xffU] ^ tables[3][(word >> 32U) & 0xffU] ^ tables[2][(word >> 40U) & 0xffU] ^
          tables[1][(word >> 48U) & 0xffU] ^ tables[0][word >> 56U];
  }
  for (; left > 0; --left, ++next) crc = (crc >> 8U) ^ tables[0][(crc ^ static_cast<unsigned char>(*next)) & 0xffU];
  return ~crc;
}

}  // namespace raftsim::core
