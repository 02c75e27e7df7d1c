// What can be wrong with a disk, other than being slow.
#pragma once

#include <cstdint>

#include "sim/disk_operation.hpp"

namespace raftsim::sim {

enum class FailingOperations : std::uint8_t {
  none,
  writes,  // all but the next two
  syncs,   // fsync and fsync_directory
  all,
};

[[nodiscard]] constexpr bool fails(FailingOperations which, DiskOperationKind kind) {
  const bool syncs = kind == DiskOperationKind::fsync || kind == DiskOperationKind::fsync_directory;
  return which == FailingOperations::all || which == (syncs ? FailingOperations::syncs : FailingOperations::writes);
}

// Conditions that last. What each does is said at Disk.
struct DiskTrouble {
  FailingOperations failing = FailingOperations::none;
  bool full = false;
  bool hangs = false;
  bool lies = false;
  friend constexpr bool operator==(const DiskTrouble&, const DiskTrouble&) = default;

  // Of two sources of trouble at once.
  friend constexpr DiskTrouble operator|(const DiskTrouble& one, const DiskTrouble& other) {
    const auto either = one.failing == FailingOperations::none     ? other.failing
                        : other.failing == FailingOperations::none ? one.failing
                        : one.failing == other.failing             ? one.failing
                                                                   : FailingOperations::all;
    return {either, one.full || other.full, one.hangs || other.hangs, one.lies || other.lies};
  }
};

}  // namespace raftsim::sim
