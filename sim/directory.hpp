// The names of a disk's files.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sim/disk_operation.hpp"

namespace raftsim::sim {

// A sorted table from a file's number to where the disk keeps it. Servers number their segments upwards, so most
// changes are at an end.
class Directory {
 public:
  struct Entry {
    FileNumber file = 0;
    std::uint32_t slot = 0;   // of the disk's files
    std::uint64_t since = 0;  // the version in which this name came to mean this file
  };
  [[nodiscard]] const Entry* find(FileNumber file) const {
    const auto at = lower_bound(file);
    return at != entries_.end() && at->file == file ? &*at : nullptr;
  }
  // Returns the slot that had this name before.
  std::optional<std::uint32_t> set(Entry entry) {
    const auto at = entries_.begin() + (lower_bound(entry.file) - entries_.begin());
    if (at == entries_.end() || at->file != entry.file) {
      entries_.insert(at, entry);
      return std::nullopt;
    }
    const std::uint32_t before = at->slot;
    *at = entry;
    return before;
  }
  void erase(FileNumber file) {
    const auto at = lower_bound(file);
    if (at != entries_.end() && at->file == file) entries_.erase(at);
  }
  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
  // Those of `file` and of all after it.
  [[nodiscard]] std::span<const Entry> from(FileNumber file) const { return {lower_bound(file), entries_.end()}; }

 private:
  [[nodiscard]] std::vector<Entry>::const_iterator lower_bound(FileNumber file) const {
    return std::lower_bound(entries_.begin(), entries_.end(), file,
                            [](const Entry& entry, FileNumber number) { return entry.file < number; });
  }
  std::vector<Entry> entries_;
};

}  // namespace raftsim::sim
