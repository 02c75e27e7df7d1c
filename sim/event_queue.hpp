// What happens next: a priority queue of events with a documented order for ties.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/event.hpp"
#include "sim/event_order.hpp"
#include "sim/timing_wheel.hpp"

namespace raftsim::sim {

// Events come out by time. Of the same instant, they come out by rank: the order of EventKind, except for those that
// waited for a paused host, which follow its resume at once and in the order in which they came due. Of the same
// instant and rank, they come out in the order in which they were pushed. So no order is left to chance or to the heap.
//
// Events stay where they are, in slots that are reused. Which is next is known from a timing wheel for what happens
// soon, and a 4-ary heap for the rest.
class EventQueue {
 public:
  // Returns the event's sequence number: 1, 2, 3, ...
  std::uint64_t push(const Event& event);
  [[nodiscard]] const Event& top() const { return events_[first().slot]; }  // precondition: !empty()
  Event pop();                                                              // precondition: !empty()
  [[nodiscard]] bool empty() const { return wheel_.empty() && heap_.empty(); }
  [[nodiscard]] std::size_t size() const { return events_.size() - free_.size(); }

 private:
  [[nodiscard]] bool wheel_is_first() const {
    return !wheel_.empty() && (heap_.empty() || wheel_.top().before(heap_.front()));
  }
  [[nodiscard]] const EventOrder& first() const { return wheel_is_first() ? wheel_.top() : heap_.front(); }
  void pop_heap();
  void sift_up(std::size_t hole, EventOrder order);
  void sift_down(std::size_t hole, EventOrder order);

  TimingWheel wheel_;
  std::vector<EventOrder> heap_;
  std::vector<Event> events_;
  std::vector<std::uint32_t> free_;
  std::uint64_t last_sequence_ = 0;
};

}  // namespace raftsim::sim
