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

std::uint64_t EventQueue::push(Event event) {
  event.sequence = ++last_sequence_;
  std::uint32_t slot = 0;
  if (free_.empty()) {
    slot = static_cast<std::uint32_t>(events_.size());
    events_.push_back(event);
  } else {
    slot = free_.back();
    free_.pop_back();
    events_[slot] = event;
  }
  const Key key{event.at.time_since_epoch().count(), rank_of(event) << rank_shift | event.sequence, slot};
  heap_.push_back(key);
  sift_up(heap_.size() - 1, key);
  return event.sequence;
}

Event EventQueue::pop() {
  const std::uint32_t slot = heap_.front().slot;
  const Key last = heap_.back();
  heap_.pop_back();
  if (!heap_.empty()) sift_down(0, last);
  free_.push_back(slot);
  return events_[slot];
}

void EventQueue::sift_up(std::size_t hole, Key key) {
  while (hole > 0) {
    const std::size_t parent = (hole - 1) / arity;
    if (!key.before(heap_[parent])) break;
    heap_[hole] = heap_[parent];
    hole = parent;
  }
  heap_[hole] = key;
}

void EventQueue::sift_down(std::size_t hole, Key key) {
  for (;;) {
    const std::size_t first = hole * arity + 1;
    if (first >= heap_.size()) break;
    const std::size_t end = std::min(first + arity, heap_.size());
    std::size_t least = first;
    for (std::size_t child = first + 1; child < end; ++child) {
      least = heap_[child].before(heap_[least]) ? child : least;
    }
    if (!heap_[least].before(key)) break;
    heap_[hole] = heap_[least];
    hole = least;
  }
  heap_[hole] = key;
}

}  // namespace raftsim::sim
