// The log in memory: entries after a base position, durable or not.
#pragma once

#include <optional>
#include <ranges>
#include <vector>

#include "core/assertion.hpp"
#include "core/entry.hpp"
#include "core/shared_vector.hpp"
#include "core/types.hpp"

namespace raftsim::core {

// Invariants: indexes are consecutive from base().index + 1; terms never decrease along the log. Copies share entries,
// so that copying a server costs the same with a long log as with a short one.
class Log {
 public:
  using Entries = SharedVector<Entry>;
  using Range = std::ranges::subrange<Entries::Iterator>;

  Log() = default;  // just the base entry (index 0, term 0)
  explicit Log(const std::vector<Entry>& entries) : Log(LogPosition{}, Entries(entries.begin(), entries.end())) {}
  // The entries after `base`, which represents everything up to it.
  Log(LogPosition base, Entries entries);

  [[nodiscard]] LogPosition base() const { return base_; }
  [[nodiscard]] LogPosition last() const {
    if (entries_.empty()) return base_;
    return {base_.index + entries_.size(), entries_.back().term};
  }
  // The term of the entry at `index`, including the base; std::nullopt if this log has no entry there.
  [[nodiscard]] std::optional<Term> term_at(Index index) const {
    if (index == base_.index) return base_.term;
    if (index == Index{0}) return Term{0};  // every log starts with the base entry, even when compacted
    if (index < base_.index || index > last().index) return std::nullopt;
    return entries_[distance(base_.index, index) - 1].term;
  }
  [[nodiscard]] bool has(LogPosition position) const { return term_at(position.index) == position.term; }
  // Precondition: base().index < index <= last().index.
  [[nodiscard]] const Entry& at(Index index) const {
    RAFTSIM_ASSERT(index > base_.index && index <= last().index, "an entry that is read is in the log");
    return entries_[distance(base_.index, index) - 1];
  }
  // The entries first..last inclusive; empty when first > last. Valid until the log changes.
  [[nodiscard]] Range range(Index first, Index last) const;

  void append(const Entry& entry);
  // Removes the entries from `first` on. Precondition: first > base().index.
  void truncate_from(Index first);

  // Removes the entries up to `index`, which becomes the base. Precondition: base().index <= index <= last().index.
  void compact_up_to(Index index);
  // Removes everything; `base` represents what was before.
  void restart_at(LogPosition base);

  // The largest index <= `bound` whose term is <= `term`: the last position at which the logs can match, given that the
  // other side has `term` at `bound` or before (paper, end of section 5.3). The base if there is none. Precondition:
  // `bound` is not before the base.
  [[nodiscard]] LogPosition last_with_term_at_most(Index bound, Term term) const;

  friend bool operator==(const Log&, const Log&) = default;

 private:
  LogPosition base_;
  Entries entries_;
};

}  // namespace raftsim::core
