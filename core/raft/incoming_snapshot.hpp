// A snapshot that a follower is receiving, chunk by chunk (paper, section 7).
#pragma once

#include <cstdint>
#include <string>

#include "core/hash.hpp"
#include "core/snapshot.hpp"

namespace raftsim::core {

// The network duplicates and reorders chunks, and a new leader may send another snapshot of the same index. So only the
// next chunk of the snapshot in progress is accepted. Chunks with the same SnapshotId belong together whoever sends
// them, so a transfer resumes where it was after a change of leader. The first chunk of another snapshot starts over.
class IncomingSnapshot {
 public:
  // Returns whether the chunk was accepted. `mix_snapshots`: compare offsets only, not snapshot ids.
  bool take(const SnapshotChunk& chunk, bool mix_snapshots = false) {
    if (refused_) return false;
    if (!(chunk.snapshot == id_) && !mix_snapshots) {
      if (chunk.offset != 0) return false;
      *this = IncomingSnapshot();
    }
    if (chunk.offset != state_.size()) return false;
    id_ = chunk.snapshot;
    configuration_ = chunk.configuration;
    state_.append(chunk.bytes.view());
    begun_ = true;
    return true;
  }
  // The number of bytes of `snapshot` received so far.
  [[nodiscard]] std::uint64_t received(const SnapshotId& snapshot, bool mix_snapshots = false) const {
    return snapshot == id_ || mix_snapshots ? state_.size() : 0;
  }
  // Precondition: the last chunk was accepted.
  [[nodiscard]] SharedSnapshot assembled() const {
    return make_shared_value<const Snapshot>(Snapshot{id_.last, configuration_, Bytes(state_)});
  }
  [[nodiscard]] bool under_way() const { return begun_; }
  void forget() { *this = IncomingSnapshot(); }
  // Accepts no more chunks of this or any other snapshot (Mutation::candidate_rejects_install).
  void refuse_the_rest() { refused_ = true; }

  [[nodiscard]] Digest mixed_into(Digest digest) const {
    return begun_ ? mix(mix(digest, id_.digest), state_.size()) : digest;
  }
  friend bool operator==(const IncomingSnapshot&, const IncomingSnapshot&) = default;

 private:
  bool begun_ = false;
  bool refused_ = false;
  SnapshotId id_;
  Configuration configuration_;
  std::string state_;
};

}  // namespace raftsim::core
