// A value for each term, from the horizon on.
#pragma once

#include <algorithm>

#include "core/shared_vector.hpp"
#include "core/types.hpp"

namespace raftsim::checkers {

// Terms usually come in ascending order, so the last one is the one requested: O(1) then, logarithmic otherwise.
template <class T>
class ByTerm {
 public:
  [[nodiscard]] const T* find(core::Term term) const {
    if (items_.empty() || items_.back().term < term) return nullptr;
    const auto place = position(term);
    return place->term == term ? &place->what : nullptr;
  }
  // The value for `term`; set to `otherwise` first if there is none.
  T& at(core::Term term, const T& otherwise = {}) {
    if (items_.empty() || items_.back().term < term) return items_.push_back({term, otherwise}).what;
    const auto place = static_cast<std::size_t>(position(term) - items_.begin());
    if (items_[place].term != term) insert(place, {term, otherwise});
    return items_.edit(place).what;
  }
  // Values before `term` are no longer needed. The newest is always kept.
  void forget_before(core::Term term) {
    std::size_t count = 0;
    while (count + 1 < items_.size() && items_[count].term < term) ++count;
    items_.drop_front(count);
  }
  [[nodiscard]] bool empty() const { return items_.empty(); }
  // Precondition of both: !empty().
  [[nodiscard]] core::Term newest_term() const { return items_.back().term; }
  [[nodiscard]] const T& newest() const { return items_.back().what; }

 private:
  struct Item {
    core::Term term;
    T what;
  };
  // Precondition: an item of `term` or a later one exists.
  [[nodiscard]] auto position(core::Term term) const {
    if (items_.back().term == term) return items_.end() - 1;
    return std::lower_bound(items_.begin(), items_.end(), term,
                            [](const Item& item, core::Term wanted) { return item.term < wanted; });
  }
  // For a late term: few later ones have been added since.
  void insert(std::size_t place, const Item& item) {
    const core::SharedVector<Item> all = items_;
    items_.truncate(place);
    items_.push_back(item);
    for (; place < all.size(); ++place) items_.push_back(all[place]);
  }
  core::SharedVector<Item> items_;  // by term
};

}  // namespace raftsim::checkers
