// A snapshot that is arriving at a follower, chunk by chunk (paper, section 7).
#pragma once

#include <cstdint>
#include <string>

#include "core/hash.hpp"
#include "core/snapshot.hpp"

namespace raftsim::core {

// The network repeats and reorders chunks, and a new leader may send another snapshot of the same index: only the chunk
// that comes next in the snapshot under way is taken. Chunks of one SnapshotId belong together whoever sends them, so a
// transfer goes on where it was after a change of leader; a chunk of another snapshot begins anew.
class IncomingSnapshot {
 public:
  // Returns whether the chunk was taken. `mix_snapshots`: go by offsets alone, whatever the chunks belong to.
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
  // How much of `snapshot` is there.
  [[nodiscard]] std::uint64_t received(const SnapshotId& snapshot, bool mix_snapshots = false) const {
    return snapshot == id_ || mix_snapshots ? state_.size() : 0;
  }
  // Precondition: the last chunk was taken.
  [[nodiscard]] SharedSnapshot assembled() const {
    return make_shared_value<const Snapshot>(Snapshot{id_.last, configuration_, Bytes(state_)});
  }
  [[nodiscard]] bool under_way() const { return begun_; }
  void forget() { *this = IncomingSnapshot(); }
  // Neither this one nor any other comes in from now on (Mutation::candidate_rejects_install).
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
