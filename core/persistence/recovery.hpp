// Recovery in each mode that has a disk; recover() in persistence.hpp chooses.
#pragma once

#include "core/persistence/persistence.hpp"

namespace raftsim::core {

[[nodiscard]] Recovery recover_log(const Files& files, const SegmentOptions& options);
[[nodiscard]] Recovery recover_state_file(const Files& files);

// The tag of the last repair; the tags of batches follow it.
inline constexpr std::uint64_t repairs_tag = 1;

}  // namespace raftsim::core
