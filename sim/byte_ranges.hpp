// A set of bytes of a file, as sorted ranges that do not touch.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <vector>

namespace raftsim::sim {

struct ByteRange {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;  // exclusive
  friend constexpr bool operator==(const ByteRange&, const ByteRange&) = default;
};

class ByteRanges {
 public:
  // Constant time for what is appended behind or within the last range.
  void add(ByteRange range) {
    if (range.begin >= range.end) return;
    auto first = ranges_.end();
    while (first != ranges_.begin() && std::prev(first)->end >= range.begin) --first;
    auto last = first;
    for (; last != ranges_.end() && last->begin <= range.end; ++last) {
      range.begin = std::min(range.begin, last->begin);
      range.end = std::max(range.end, last->end);
    }
    if (first == last) {
      ranges_.insert(first, range);
    } else {
      *first = range;
      ranges_.erase(std::next(first), last);
    }
  }
  // Drops everything from `length` on.
  void cut(std::uint64_t length) {
    while (!ranges_.empty() && ranges_.back().begin >= length) ranges_.pop_back();
    if (!ranges_.empty()) ranges_.back().end = std::min(ranges_.back().end, length);
  }
  void clear() { ranges_.clear(); }
  [[nodiscard]] bool empty() const { return ranges_.empty(); }
  [[nodiscard]] std::uint64_t total() const {
    std::uint64_t sum = 0;
    for (const ByteRange& range : ranges_) sum += range.end - range.begin;
    return sum;
  }
  [[nodiscard]] const std::vector<ByteRange>& ranges() const { return ranges_; }

 private:
  std::vector<ByteRange> ranges_;
};

}  // namespace raftsim::sim
