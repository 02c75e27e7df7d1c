// The reads that a follower has forwarded to its leader (dissertation, end of section 6.4).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/hash.hpp"
#include "core/types.hpp"

namespace raftsim::core {

// A reply identifies its read by number. Numbers are never reused, so a reply stays valid however late it arrives and
// in whatever term: its index was confirmed after the read was requested.
class ForwardedReads {
 public:
  [[nodiscard]] std::size_t waiting() const { return reads_.size(); }
  // Deadlines do not decrease from one call to the next.
  void ask(std::uint64_t number, Instant deadline) { reads_.push_back({number, deadline}); }
  // Removes the read; returns whether it was waiting.
  bool take(std::uint64_t number) {
    const auto found =
        std::find_if(reads_.begin(), reads_.end(), [&](const Read& read) { return read.number == number; });
    if (found == reads_.end()) return false;
    reads_.erase(found);
    return true;
  }
  // The earliest deadline; `never` if no read is waiting.
  [[nodiscard]] Instant deadline() const { return reads_.empty() ? never : reads_.front().deadline; }
  // Removes each read whose deadline has passed and calls function(number) for it.
  template <class Function>
  void expire(Instant now, const Function& function) {
    auto end = reads_.begin();
    for (; end != reads_.end() && end->deadline <= now; ++end) function(end->number);
    reads_.erase(reads_.begin(), end);
  }

  [[nodiscard]] Digest mixed_into(Digest digest) const {
    for (const Read& read : reads_) {
      digest = mix(mix(digest, read.number), static_cast<std::uint64_t>(read.deadline.time_since_epoch().count()));
    }
    return digest;
  }
  friend bool operator==(const ForwardedReads&, const ForwardedReads&) = default;

 private:
  struct Read {
    std::uint64_t number = 0;
    Instant deadline{};
    friend bool operator==(const Read&, const Read&) = default;
  };
  std::vector<Read> reads_;  // in the order of the requests
};

}  // namespace raftsim::core
