#include "sim/event_queue.hpp"

#include <algorithm>

namespace raftsim::sim {

namespace {

constexpr std::size_t arity = 4;
constexpr unsigned rank_shift = 56;

std::uint64_t rank_of(const Event& event) {
  return static_cast<std::uint64_t>(event.postponed ? EventKind::resume : event.kind);
}

}  // namespace

std::uint32_t EventQueue::new_slot() {
  events_.emplace_back();
  return static_cast<std::uint32_t>(events_.size() - 1);
}

void EventQueue::enqueue(std::uint32_t slot) {
  Event& event = events_[slot];
  event.sequence = ++last_sequence_;
  const EventOrder order{event.at.time_since_epoch().count(), rank_of(event) << rank_shift | last_sequence_, slot};
  if (order.before(first_)) first_ = order;
  if (wheel_.admits(order.at)) {
    wheel_.push(order);
  } else {
    heap_.push_back(order);
    sift_up(heap_.size() - 1, order);
  }
}

const Event& EventQueue::pop() {
  const std::uint32_t slot = first_.slot;
  wheel_.advance(first_.at);
  if (!wheel_.empty() && wheel_.top().slot == slot) {
    wheel_.pop();
  } else {
    pop_heap();
  }
  first_ = wheel_.empty() ? after_all : wheel_.top();
  if (!heap_.empty() && heap_.front().before(first_)) first_ = heap_.front();
  free_.push_back(slot);
  return events_[slot];
}

void EventQueue::pop_heap() {
  const EventOrder last = heap_.back();
  heap_.pop_back();
  if (!heap_.empty()) sift_down(0, last);
}

void EventQueue::sift_up(std::size_t hole, EventOrder order) {
  while (hole > 0) {
    const std::size_t parent = (hole - 1) / arity;
    if (!order.before(heap_[parent])) break;
    heap_[hole] = heap_[parent];
    hole = parent;
  }
  heap_[hole] = order;
}

void EventQueue::sift_down(std::size_t hole, EventOrder order) {
  for (;;) {
    const std::size_t first = hole * arity + 1;
    if (first >= heap_.size()) break;
    const std::size_t end = std::min(first + arity, heap_.size());
    std::size_t least = first;
    for (std::size_t child = first + 1; child < end; ++child) {
      least = heap_[child].before(heap_[least]) ? child : least;
    }
    if (!heap_[least].before(order)) break;
    heap_[hole] = heap_[least];
    hole = least;
  }
  heap_[hole] = order;
}

}  // namespace raftsim::sim
