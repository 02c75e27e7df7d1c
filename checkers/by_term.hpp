// Something noted for each term, for as long as the run lasts.
#pragma once

#include <algorithm>
#include <vector>

#include "core/types.hpp"

namespace raftsim::checkers {

// Terms mostly come in ascending order, so that the last is the one asked for: O(1) then, logarithmic otherwise.
template <class T>
class ByTerm {
 public:
  [[nodiscard]] const T* find(core::Term term) const {
    if (items_.empty() || items_.back().term < term) return nullptr;
    const auto place = position(term);
    return place->term == term ? &place->what : nullptr;
  }
  // What is noted for `term`; `otherwise` is noted when nothing was.
  T& at(core::Term term, const T& otherwise = {}) {
    if (items_.empty() || items_.back().term < term) return items_.emplace_back(Item{term, otherwise}).what;
    const auto place = items_.begin() + (position(term) - items_.cbegin());
    return (place->term == term ? place : items_.insert(place, Item{term, otherwise}))->what;
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
    if (items_.back().term == term) return items_.cend() - 1;
    return std::lower_bound(items_.cbegin(), items_.cend(), term,
                            [](const Item& item, core::Term wanted) { return item.term < wanted; });
  }
  std::vector<Item> items_;  // by term
};

}  // namespace raftsim::checkers
