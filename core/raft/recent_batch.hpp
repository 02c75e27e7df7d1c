// A cache of the last batch built for a message, so that a broadcast builds it once.
#pragma once

#include <cstdint>

#include "core/entry.hpp"
#include "core/options.hpp"
#include "core/raft/log.hpp"
#include "core/types.hpp"

namespace raftsim::core {

// Only an optimization: it is not part of a server's state, so all values compare equal.
class RecentBatch {
 public:
  // The entries of `log` from `first` to `end`: as many as one message may carry, but at least one. Empty if there are
  // none.
  const EntryBatch& from(Index first, Index end, const Log& log, const Options& options) {
    if (first == first_ && (full_ || last_ == end)) return batch_;
    first_ = first;
    last_ = first.previous();
    bytes_ = 0;
    full_ = false;
    while (last_ < end) {
      const std::uint64_t size = wire_size(log.at(last_.next()));
      full_ = last_ >= first && (distance(first, last_) + 1 >= options.max_entries_per_message ||
                                 bytes_ + size > options.max_bytes_per_message);
      if (full_) break;
      last_ = last_.next();
      bytes_ += size;
    }
    const auto entries = log.range(first, last_);
    batch_ = EntryBatch(std::vector<Entry>(entries.begin(), entries.end()));
    return batch_;
  }
  [[nodiscard]] Index last() const { return last_; }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  // Call when entries are removed from the log.
  void forget() { *this = RecentBatch(); }

  friend bool operator==(const RecentBatch&, const RecentBatch&) { return true; }

 private:
  EntryBatch batch_;
  Index first_{0};  // 0: nothing cached; messages carry entries from 1 on
  Index last_;
  std::uint64_t bytes_ = 0;
  bool full_ = false;  // a longer log would not make it larger
};

}  // namespace raftsim::core
