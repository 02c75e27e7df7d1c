// CRC-32C (Castagnoli polynomial; RFC 3720, appendix B.4), as storage systems use it for their records.
#pragma once

#include <cstdint>
#include <string_view>

namespace raftsim::core {

// The checksum of `bytes`, or of what `so_far` is the checksum of, followed by `bytes`.
[[nodiscard]] std::uint32_t crc32c(std::string_view bytes, std::uint32_t so_far = 0);

// The same by look-ups, as crc32c() computes it where the processor has no instruction for it.
[[nodiscard]] std::uint32_t crc32c_by_tables(std::string_view bytes, std::uint32_t so_far = 0);

}  // namespace raftsim::core
