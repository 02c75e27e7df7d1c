// A snapshot: the state that results from a prefix of the log, replacing that prefix (paper, section 7).
#pragma once

#include <cstdint>

#include "core/bytes.hpp"
#include "core/configuration.hpp"
#include "core/hash.hpp"
#include "core/shared.hpp"
#include "core/types.hpp"

namespace raftsim::core {

// Identifies a snapshot by its content: chunks with equal ids belong together, regardless of sender and time.
struct SnapshotId {
  LogPosition last;         // lastIncludedIndex, lastIncludedTerm
  std::uint64_t bytes = 0;  // size of the state
  Digest digest = 0;        // of configuration and state
  friend constexpr bool operator==(const SnapshotId&, const SnapshotId&) = default;
};

struct Snapshot {
  LogPosition last;             // the last entry that it covers
  Configuration configuration;  // the latest in the log up to `last`
  Bytes state;                  // of the state machine; opaque to Raft
  [[nodiscard]] SnapshotId id() const {
    return {.last = last, .bytes = state.size(), .digest = digest_of(state.view(), configuration.digest())};
  }
  friend bool operator==(const Snapshot&, const Snapshot&) = default;
};

// Immutable; shared by the server that took it, the messages that carry it and copies of a whole world.
using SharedSnapshot = Shared<const Snapshot>;

// The content of one InstallSnapshot.
struct SnapshotChunk {
  SnapshotId snapshot;
  Configuration configuration;
  std::uint64_t offset = 0;  // of `bytes` in the state
  Bytes bytes;
  [[nodiscard]] std::uint64_t end() const { return offset + bytes.size(); }
  [[nodiscard]] bool last() const { return end() == snapshot.bytes; }
  friend bool operator==(const SnapshotChunk&, const SnapshotChunk&) = default;
};

}  // namespace raftsim::core
