// From which byte on something has changed since a reader last looked, for readers that tail a growing file.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace raftsim::sim {

// Changes in the order of their versions. One that begins at or before an older change makes the older one unnecessary,
// so `from` grows along the list, and the first change after a version says it all. Bounded: the oldest two become one,
// which tells a reader that did not look for long to read a little more than it must.
class ChangeHistory {
 public:
  void add(std::uint64_t version, std::uint64_t from) {
    while (!changes_.empty() && changes_.back().from >= from) changes_.pop_back();
    changes_.push_back({version, from});
    if (changes_.size() > limit) {
      changes_[1].from = changes_[0].from;
      changes_.erase(changes_.begin());
    }
  }
  // The first byte that may have changed after `version`; `otherwise` when none has.
  [[nodiscard]] std::uint64_t changed_from(std::uint64_t version, std::uint64_t otherwise) const {
    const auto after = std::partition_point(changes_.begin(), changes_.end(),
                                            [&](const Change& change) { return change.version <= version; });
    return after == changes_.end() ? otherwise : after->from;
  }
  void clear() { changes_.clear(); }

 private:
  static constexpr std::size_t limit = 32;
  struct Change {
    std::uint64_t version;
    std::uint64_t from;
  };
  std::vector<Change> changes_;
};

}  // namespace raftsim::sim
