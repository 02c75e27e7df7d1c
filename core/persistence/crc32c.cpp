#include "core/persistence/crc32c.hpp"

#include <array>
#include <cstddef>

#include "core/little_endian.hpp"

#if defined(__x86_64__) && defined(__GNUC__)
#include <nmmintrin.h>
#define RAFTSIM_CRC32C_INSTRUCTION
#endif

namespace raftsim::core {
namespace {

// Eight bytes at a time (Kounavis and Berry, "A Systematic Approach to Building High Performance Software-Based CRC
// Generators", 2005): table k advances a byte by k further zero bytes.
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

// Like by_instruction: maps the CRC register to its next state. The checksum is the complement of the register.
std::uint32_t by_tables(std::uint32_t crc, std::string_view bytes) {
  const char* next = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= slices; left -= slices, next += slices) {
    const std::uint64_t word = load_u64(next) ^ crc;
    crc = tables[7][word & 0xffU] ^ tables[6][(word >> 8U) & 0xffU] ^ tables[5][(word >> 16U) & 0xffU] ^
          tables[4][(word >> 24U) & 0xffU] ^ tables[3][(word >> 32U) & 0xffU] ^ tables[2][(word >> 40U) & 0xffU] ^
          tables[1][(word >> 48U) & 0xffU] ^ tables[0][word >> 56U];
  }
  for (; left > 0; --left, ++next) crc = (crc >> 8U) ^ tables[0][(crc ^ static_cast<unsigned char>(*next)) & 0xffU];
  return crc;
}

#ifdef RAFTSIM_CRC32C_INSTRUCTION
// x86 processors have had an instruction for this polynomial since SSE4.2.
__attribute__((target("sse4.2"))) std::uint32_t by_instruction(std::uint32_t crc, std::string_view bytes) {
  const char* next = bytes.data();
  std::size_t left = bytes.size();
  std::uint64_t wide = crc;
  for (; left >= sizeof wide; left -= sizeof wide, next += sizeof wide) wide = _mm_crc32_u64(wide, load_u64(next));
  crc = static_cast<std::uint32_t>(wide);
  for (; left > 0; --left, ++next) crc = _mm_crc32_u8(crc, static_cast<unsigned char>(*next));
  return crc;
}
#endif

}  // namespace

std::uint32_t crc32c(std::string_view bytes, std::uint32_t so_far) {
#ifdef RAFTSIM_CRC32C_INSTRUCTION
  if (__builtin_cpu_supports("sse4.2")) return ~by_instruction(~so_far, bytes);
#endif
  return crc32c_by_tables(bytes, so_far);
}

std::uint32_t crc32c_by_tables(std::string_view bytes, std::uint32_t so_far) { return ~by_tables(~so_far, bytes); }

}  // namespace raftsim::core
