// The AppendEntries that a leader has sent to one follower and that are still unacknowledged.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "core/hash.hpp"
#include "core/types.hpp"

namespace raftsim::core {

// Pipelining (dissertation, section 10.2.2) needs a bound: everything in flight may have to be sent again. Messages are
// ordered by their last index.
class Inflight {
 public:
  struct Sent {
    Index last;  // of the entries it carries
    std::uint64_t bytes = 0;
    Instant at{};
    friend bool operator==(const Sent&, const Sent&) = default;
  };

  [[nodiscard]] bool empty() const { return sent_.empty(); }
  [[nodiscard]] std::size_t messages() const { return sent_.size(); }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  // Precondition: !empty().
  [[nodiscard]] const Sent& oldest() const { return sent_.front(); }

  void add(const Sent& sent) {
    sent_.push_back(sent);
    bytes_ += sent.bytes;
  }
  // Everything up to `index` is acknowledged.
  void free_up_to(Index index) {
    auto end = sent_.begin();
    for (; end != sent_.end() && end->last <= index; ++end) bytes_ -= end->bytes;
    sent_.erase(sent_.begin(), end);
  }
  void clear() {
    sent_.clear();
    bytes_ = 0;
  }

  [[nodiscard]] Digest mixed_into(Digest digest) const {
    for (const Sent& sent : sent_) {
      digest = mix(mix(digest, sent.last.value), static_cast<std::uint64_t>(sent.at.time_since_epoch().count()));
    }
    return digest;  // the bytes are determined by the entries
  }
  friend bool operator==(const Inflight&, const Inflight&) = default;

 private:
  std::vector<Sent> sent_;
  std::uint64_t bytes_ = 0;
};

}  // namespace raftsim::core
