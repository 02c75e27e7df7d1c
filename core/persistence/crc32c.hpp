// CRC-32C (Castagnoli polynomial; RFC 3720, appendix B.4), the usual checksum for records in storage systems.
#pragma once

#include <cstdint>
#include <string_view>

namespace raftsim::core {

// The checksum of `bytes`, appended to the data that `so_far` is the checksum of.
[[nodiscard]] std::uint32_t crc32c(std::string_view bytes, std::uint32_t so_far = 0);

// The same by table look-up: the fallback of crc32c() for processors without a CRC-32C instruction.
[[nodiscard]] std::uint32_t crc32c_by_tables(std::string_view bytes, std::uint32_t so_far = 0);

}  // namespace raftsim::core
