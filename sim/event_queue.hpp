// What happens next: a priority queue of events with a documented order for ties.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/event.hpp"

namespace raftsim::sim {

// Events come out by time. Of the same instant, they come out by rank: the order of EventKind, except for those that
// waited for a paused host, which follow its resume at once and in the order in which they came due. Of the same
// instant and rank, they come out in the order in which they were pushed. So no order is left to chance or to the heap.
//
// A 4-ary heap of small keys; the events themselves stay where they are, in slots that are reused.
class EventQueue {
 public:
  // Returns the event's sequence number: 1, 2, 3, ...
  std::uint64_t push(Event event);
  [[nodiscard]] const Event& top() const { return events_[heap_.front().slot]; }  // precondition: !empty()
  Event pop();                                                                    // precondition: !empty()
  [[nodiscard]] bool empty() const { return heap_.empty(); }
  [[nodiscard]] std::size_t size() const { return heap_.size(); }

 private:
  struct Key {
    std::int64_t at;
    std::uint64_t order;  // rank in the upper 8 bits, sequence in the others
    std::uint32_t slot;
    [[nodiscard]] bool before(const Key& other) const {
      // Not `||`, `&&`: which of two is first cannot be foreseen, so that a branch would mostly be taken wrongly.
      return static_cast<bool>(static_cast<int>(at < other.at) |
                               (static_cast<int>(at == other.at) & static_cast<int>(order < other.order)));
    }
  };
  void sift_up(std::size_t hole, Key key);
  void sift_down(std::size_t hole, Key key);

  std::vector<Key> heap_;
  std::vector<Event> events_;
  std::vector<std::uint32_t> free_;
  std::uint64_t last_sequence_ = 0;
};

}  // namespace raftsim::sim
