#include "core/raft/log.hpp"

#include <algorithm>
#include <utility>

#include "core/assertion.hpp"

namespace raftsim::core {

Log::Log(LogPosition base, Entries entries) : base_(base), entries_(std::move(entries)) {
  Term term = base_.term;
  for (const Entry& entry : entries_) {
    RAFTSIM_ASSERT(entry.term >= term, "terms never decrease along a log");
    term = entry.term;
  }
}

Log::Range Log::range(Index first, Index last) const {
  if (first > last) return {};
  RAFTSIM_ASSERT(first > base_.index && last <= this->last().index, "entries that are read are in the log");
  const auto begin = static_cast<std::ptrdiff_t>(distance(base_.index, first)) - 1;
  return {entries_.begin() + begin, entries_.begin() + begin + static_cast<std::ptrdiff_t>(distance(first, last)) + 1};
}

void Log::append(const Entry& entry) {
  RAFTSIM_ASSERT(entry.term >= last().term, "terms never decrease along a log");
  entries_.push_back(entry);
}

void Log::truncate_from(Index first) {
  RAFTSIM_ASSERT(first > base_.index, "the base of a log is never removed");
  if (first > last().index) return;
  entries_.truncate(distance(base_.index, first) - 1);
}

void Log::compact_up_to(Index index) {
  const auto term = term_at(index);
  RAFTSIM_ASSERT(index >= base_.index && term, "a log is compacted up to one of its entries");
  entries_.drop_front(distance(base_.index, index));
  base_ = {index, *term};
}

void Log::restart_at(LogPosition base) {
  entries_.clear();
  base_ = base;
}

LogPosition Log::last_with_term_at_most(Index bound, Term term) const {
  RAFTSIM_ASSERT(bound >= base_.index, "what was compacted is committed: logs agree there");
  const Index end = std::min(bound, last().index);
  if (end <= base_.index) return base_;
  // Terms never decrease, so the matching entries form a prefix.
  const auto begin = entries_.begin();
  const auto found = std::partition_point(begin, begin + static_cast<std::ptrdiff_t>(distance(base_.index, end)),
                                          [term](const Entry& entry) { return entry.term <= term; });
  if (found == begin) return base_;
  return {base_.index + static_cast<std::uint64_t>(found - begin), std::prev(found)->term};
}

}  // namespace raftsim::core
