// A priority queue of events with a documented order for ties.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "sim/event.hpp"
#include "sim/event_order.hpp"
#include "sim/timing_wheel.hpp"

namespace raftsim::sim {

// Events are ordered by time. Events of the same instant are ordered by rank: the order of EventKind, except that
// events that waited for a paused host immediately follow its resume, in the order in which they came due. Events of
// the same instant and rank are ordered as they were pushed. So no order depends on chance or on the heap.
//
// Events stay in place, in slots that are reused. A timing wheel orders the near events, and a 4-ary heap the rest.
class EventQueue {
 public:
  // Returns the event's sequence number: 1, 2, 3, ... fill(Event&) sets everything else in place: copying a freshly
  // written struct would stall on its partial writes.
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
  // Precondition: !empty(). The reference is valid until the next push.
  const Event& pop();
  [[nodiscard]] bool empty() const { return size() == 0; }
  [[nodiscard]] std::size_t size() const { return events_.size() - free_.size(); }

 private:
  static constexpr EventOrder after_all{std::numeric_limits<std::int64_t>::max(),
                                        std::numeric_limits<std::uint64_t>::max(), 0};

  [[nodiscard]] std::uint32_t free_slot() {
    if (free_.empty()) [[unlikely]]
      return new_slot();
    const std::uint32_t slot = free_.back();
    free_.pop_back();
    return slot;
  }
  [[nodiscard]] std::uint32_t new_slot();
  void enqueue(std::uint32_t slot);
  void pop_heap();
  void sift_up(std::size_t hole, EventOrder order);
  void sift_down(std::size_t hole, EventOrder order);

  EventOrder first_ = after_all;  // the next event: read more often than it changes
  TimingWheel wheel_;
  std::vector<EventOrder> heap_;
  std::vector<Event> events_;
  std::vector<std::uint32_t> free_;
  std::uint64_t last_sequence_ = 0;
};

}  // namespace raftsim::sim
