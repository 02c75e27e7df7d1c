// What happens next: a priority queue of events with a documented order for ties.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
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
  // Returns the event's sequence number: 1, 2, 3, ... All but the sequence is for fill(Event&) to say, where the event
  // stays: a copy of what was just written in pieces would wait for them.
  template <class Fill>
  std::uint64_t push_filled(const Fill& fill) {
    const std::uint32_t slot = free_slot();
    fill(events_[slot]);
    enqueue(slot);
    return last_sequence_;
  }
  std::uint64_t push(const Event& event) {
    return push_filled([&event](Event& to) { to = event; });
  }
  [[nodiscard]] const Event& top() const { return events_[first_.slot]; }  // precondition: !empty()
  // Precondition: !empty(). The event stays where it was until the next push.
  const Event& pop();
  [[nodiscard]] bool empty() const { return size() == 0; }
  [[nodiscard]] std::size_t size() const { return events_.size() - free_.size(); }

 private:
  static constexpr EventOrder after_all{std::numeric_limits<std::int64_t>::max(),
                                        std::numeric_limits<std::uint64_t>::max(), 0};

  [[nodiscard]] std::uint32_t free_slot();
  void enqueue(std::uint32_t slot);
  void pop_heap();
  void sift_up(std::size_t hole, EventOrder order);
  void sift_down(std::size_t hole, EventOrder order);

  EventOrder first_ = after_all;  // which comes out next: asked for more often than it changes
  TimingWheel wheel_;
  std::vector<EventOrder> heap_;
  std::vector<Event> events_;
  std::vector<std::uint32_t> free_;
  std::uint64_t last_sequence_ = 0;
};

}  // namespace raftsim::sim
