// A value for each index of the log, from the horizon on.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "core/shared_vector.hpp"
#include "core/types.hpp"

namespace raftsim::checkers {

// O(1). A copy of a run uses memory only for what it adds.
template <class T>
class ByIndex {
 public:
  // Whether there may be a value: not below what was discarded (the unsigned difference is then huge), nor beyond the
  // last one.
  [[nodiscard]] bool has(core::Index index) const { return index.value - first_.value < items_.size(); }
  // Null if there is no value.
  [[nodiscard]] const T* find(core::Index index) const {
    const std::uint64_t place = index.value - first_.value;
    return place < items_.size() ? &items_[place] : nullptr;
  }
  [[nodiscard]] bool is_forgotten(core::Index index) const { return index < first_; }
  // The first index that is not discarded.
  [[nodiscard]] core::Index first() const { return first_; }
  [[nodiscard]] core::Index end() const { return first_ + items_.size(); }
  // Precondition of both: has(index). edit() returns a mutable reference, valid until the next call.
  [[nodiscard]] const T& operator[](core::Index index) const { return items_[distance(first_, index)]; }
  [[nodiscard]] T& edit(core::Index index) { return items_.edit(distance(first_, index)); }

  void push_back(T item) { items_.push_back(std::move(item)); }
  // Adds empty values up to and including `index`. Precondition: it is not discarded.
  void grow_to(core::Index index) { items_.grow_to(distance(first_, index) + 1); }
  // Values below `index` are no longer needed.
  void forget_before(core::Index index) {
    if (index <= first_) return;
    items_.drop_front(std::min<std::size_t>(distance(first_, index), items_.size()));
    first_ = index;
  }
  [[nodiscard]] std::size_t size() const { return items_.size(); }

 private:
  core::Index first_;
  core::SharedVector<T> items_;
};

}  // namespace raftsim::checkers
