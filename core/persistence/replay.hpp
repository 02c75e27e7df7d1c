// The state that results from a sequence of records.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <variant>

#include "core/persistence/record.hpp"
#include "core/shared_vector.hpp"
#include "core/types.hpp"

namespace raftsim::core {

// A log as far as it was read. `Item` is what is kept of each entry, at least its term.
//
// A reader that begins at a later segment does not know the entries before it: its base is where that segment begins.
// When an entry replaces an earlier one, the base moves back, and its term is unknown. That is harmless: a segment is
// removed only when the log continues from a snapshot that covers all of it, and a LogStart that says so follows.
template <class Item>
struct ReplayedLog {
  LogPosition base;
  SharedVector<Item> entries;  // from base.index + 1

  [[nodiscard]] LogPosition last() const {
    return entries.empty() ? base : LogPosition{base.index + entries.size(), entries.back().term};
  }
  [[nodiscard]] bool has(LogPosition position) const {
    if (position.index <= base.index || position.index > last().index) return position == base;
    return entries[distance(base.index, position.index) - 1].term == position.term;
  }
  // Returns false and does nothing if there would be a gap before the entry.
  [[nodiscard]] bool put(Index index, Item item) {
    if (index.value == 0 || index > last().index.next()) return false;
    if (index <= base.index) base = {index.previous(), {}};
    truncate(distance(base.index, index) - 1);
    entries.push_back(std::move(item));
    return true;
  }
  // Likewise returns false if entries are missing before those to be kept.
  [[nodiscard]] bool start(const LogStart& start) {
    if (start.empty) {
      base = start.after;
      entries.clear();
      return true;
    }
    if (start.after.index > last().index) return false;
    if (start.after.index < base.index) return true;
    entries.drop_front(distance(base.index, start.after.index));
    base = start.after;
    return true;
  }
  void truncate(std::size_t size) { entries.truncate(size); }
  friend bool operator==(const ReplayedLog&, const ReplayedLog&) = default;
};

// How the log continues from a snapshot that ends at `snapshot` if the log on the disk does not say so yet: entries
// after it are kept if the log has that very entry (paper, figure 13, rule 6); otherwise the whole log is void.
// std::nullopt if the log already starts there.
template <class Item>
[[nodiscard]] std::optional<LogStart> start_after(LogPosition snapshot, const ReplayedLog<Item>& log) {
  if (log.base == snapshot) return std::nullopt;
  return LogStart{.after = snapshot, .empty = !log.has(snapshot)};
}

// The later of two hard states that the same server wrote.
[[nodiscard]] inline HardState later(HardState a, HardState b) {
  if (a.term != b.term) return a.term > b.term ? a : b;
  return a.vote != no_server ? a : b;
}

// `keep` makes an item from an EntryRecord. Returns false and does nothing if entries are missing before this record.
template <class Item, class Keep>
[[nodiscard]] bool replay(const Record& record, HardState& hard_state, ReplayedLog<Item>& log, const Keep& keep) {
  if (const auto* entry = std::get_if<EntryRecord>(&record.body)) return log.put(entry->index, keep(*entry));
  if (const auto* start = std::get_if<LogStart>(&record.body)) return log.start(*start);
  if (const auto* written = std::get_if<HardState>(&record.body)) hard_state = *written;
  return true;
}

}  // namespace raftsim::core
