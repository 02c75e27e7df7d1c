// The leader's view of a snapshot transfer to one follower (paper, section 7: InstallSnapshot in chunks).
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>

#include "core/hash.hpp"
#include "core/message.hpp"
#include "core/options.hpp"
#include "core/raft/retransmission_timer.hpp"
#include "core/snapshot.hpp"
#include "core/types.hpp"

namespace raftsim::core {

// One chunk is in flight at a time, so only one question is open: did the chunk at `offset` arrive? A reply with
// another snapshot or another offset answers an earlier question. The reply says where to continue: at the end of the
// chunk, or wherever the follower really is (at the start, if it crashed and lost what it had). RetransmissionTimer
// says when to resend an unanswered chunk.
class SnapshotTransfer {
 public:
  SnapshotTransfer() = default;
  explicit SnapshotTransfer(SharedSnapshot snapshot) : snapshot_(std::move(snapshot)), id_(snapshot_->id()) {}

  [[nodiscard]] LogPosition last() const { return id_.last; }
  [[nodiscard]] std::uint64_t offset() const { return offset_; }
  [[nodiscard]] bool unanswered() const { return unanswered_; }
  // `never` if no chunk is unanswered.
  [[nodiscard]] Instant resend_at(const Options& options) const {
    return unanswered_ ? timer_.deadline(options) : never;
  }

  // The chunk at `offset`: at most `limit` bytes, and at least one unless the state is empty.
  [[nodiscard]] SnapshotChunk next_chunk(std::uint64_t limit) const {
    const auto bytes = snapshot_->state.view().substr(offset_, std::max<std::uint64_t>(limit, 1));
    return {.snapshot = id_, .configuration = snapshot_->configuration, .offset = offset_, .bytes = Bytes(bytes)};
  }
  void sent(Instant now) {
    unanswered_ = true;
    timer_.sent(now);
  }
  // Considers the chunk in flight lost.
  void give_up_waiting() {
    unanswered_ = false;
    timer_.expired();
  }
  // Returns whether `reply` answers the open question. If so, advances to the next one.
  bool answer(const InstallSnapshotReply& reply) {
    if (reply.snapshot != id_.digest || reply.last != id_.last.index || reply.offset != offset_) return false;
    offset_ = std::min(reply.next_offset, id_.bytes);
    unanswered_ = false;
    timer_.answered();
    return true;
  }

  [[nodiscard]] Digest mixed_into(Digest digest) const {
    if (!snapshot_) return digest;
    return timer_.mixed_into(mix(mix(mix(digest, id_.digest), offset_), unanswered_ ? 1 : 0));
  }
  friend bool operator==(const SnapshotTransfer&, const SnapshotTransfer&) = default;

 private:
  SharedSnapshot snapshot_;
  SnapshotId id_;
  std::uint64_t offset_ = 0;
  bool unanswered_ = false;
  RetransmissionTimer timer_;
};

}  // namespace raftsim::core
