// The events of the next few milliseconds, each found without a search.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/event_order.hpp"

namespace raftsim::sim {

// A ring of buckets, each for a stretch of time (Varghese and Lauck, "Hashed and Hierarchical Timing Wheels", SOSP
// 1987, scheme 6 with sorted buckets). Most events are a packet's arrival or a disk's completion a few milliseconds
// ahead: they share a bucket with hardly any other, where a heap would compare each with several.
class TimingWheel {
 public:
  // Whether an event at this time has a bucket. Everything else has to wait elsewhere.
  [[nodiscard]] bool admits(std::int64_t at) const { return tick_of(at) - now_ < buckets; }
  // Precondition: admits(order.at); no other event in the wheel has this slot.
  void push(const EventOrder& order) {
    if (order.slot >= links_.size()) links_.resize(order.slot + std::size_t{1});
    const std::size_t bucket = bucket_of(order.at);
    Ends& ends = ends_[bucket];
    Link& link = links_[order.slot];
    link = {order, none};
    if (!is_taken(bucket)) {
      ends = {order.slot, order.slot};
      taken_[bucket / bits] |= bit(bucket);
    } else if (links_[ends.last].order.before(order)) {
      links_[ends.last].next = order.slot;
      ends.last = order.slot;
    } else {
      std::uint32_t* place = &ends.first;
      while (links_[*place].order.before(order)) place = &links_[*place].next;
      link.next = *place;
      *place = order.slot;
    }
    if (first_ == none || order.before(links_[first_].order)) first_ = order.slot;
  }
  [[nodiscard]] bool empty() const { return first_ == none; }
  // Precondition of both: !empty().
  [[nodiscard]] const EventOrder& top() const { return links_[first_].order; }
  void pop() {
    const std::size_t bucket = bucket_of(top().at);
    Ends& ends = ends_[bucket];
    ends.first = links_[first_].next;
    if (ends.first != none) {
      first_ = ends.first;
      return;
    }
    taken_[bucket / bits] &= ~bit(bucket);
    first_ = first_of_all();
  }
  // Nothing will be pushed before `at` any more. Precondition: nothing in the wheel is.
  void advance(std::int64_t at) { now_ = std::max(now_, tick_of(at)); }

 private:
  static constexpr std::size_t buckets = 1024;
  static constexpr unsigned shift = 15;  // 33 us a bucket, 34 ms in all
  static constexpr std::size_t bits = 64;
  static constexpr std::size_t words = buckets / bits;
  static constexpr std::uint32_t none = ~std::uint32_t{0};
  struct Link {
    EventOrder order;
    std::uint32_t next = none;
  };
  struct Ends {  // of a bucket's list; meaningful while it is taken
    std::uint32_t first;
    std::uint32_t last;
  };

  static std::uint64_t tick_of(std::int64_t at) { return static_cast<std::uint64_t>(at) >> shift; }
  static std::size_t bucket_of(std::int64_t at) { return tick_of(at) % buckets; }
  static std::uint64_t bit(std::size_t bucket) { return std::uint64_t{1} << bucket % bits; }
  [[nodiscard]] bool is_taken(std::size_t bucket) const { return (taken_[bucket / bits] & bit(bucket)) != 0; }

  // Once around the ring, from the present bucket on.
  [[nodiscard]] std::uint32_t first_of_all() const {
    const std::size_t start = now_ % buckets;
    std::size_t word = start / bits;
    std::uint64_t candidates = taken_[word] & ~std::uint64_t{0} << start % bits;
    for (std::size_t looked_at = 0; looked_at < words; ++looked_at) {
      if (candidates != 0) break;
      word = (word + 1) % words;
      candidates = taken_[word];
    }
    if (candidates == 0) return none;
    return ends_[word * bits + static_cast<std::size_t>(std::countr_zero(candidates))].first;
  }

  std::uint64_t now_ = 0;       // in ticks
  std::uint32_t first_ = none;  // the slot that comes out next
  std::vector<Link> links_;     // by slot
  std::array<Ends, buckets> ends_{};
  std::array<std::uint64_t, words> taken_{};  // a bit for each bucket that is not empty
};

}  // namespace raftsim::sim
