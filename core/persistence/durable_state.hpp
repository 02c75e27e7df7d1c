// The state of a server on its disk, read from outside and updated incrementally as the disk changes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/hash.hpp"
#include "core/persistence/file_operation.hpp"
#include "core/persistence/record.hpp"
#include "core/persistence/replay.hpp"
#include "core/types.hpp"

namespace raftsim::core {

struct DurableEntry {
  Term term;
  Digest digest = 0;  // digest_of(entry)
  friend bool operator==(const DurableEntry&, const DurableEntry&) = default;
};

// Feed it the durable bytes of each file whenever they change: segments in ascending order, the snapshot before or
// after them. It decodes only what is new. It reads as far as recovery would, so once it has read all changes it equals
// the state that recovery would restore. Removed segments need not be reported: by then the log continues from a
// snapshot. Where recovery would refuse, it holds what could be read.
class DurableState {
 public:
  // `bytes` is the whole content of `file`. Leftovers (`state.new`, `snapshot.new`) are ignored.
  void read(std::uint64_t file, std::string_view bytes);
  // Discards everything, for a disk that was wiped or rolled back.
  void clear() { *this = DurableState(); }

  [[nodiscard]] HardState hard_state() const {
    return snapshot_ ? later(hard_state_, snapshot_->hard_state) : hard_state_;
  }
  // The header record of the file `snapshot`; std::nullopt if the file is missing or damaged.
  [[nodiscard]] const std::optional<SnapshotStart>& snapshot() const { return snapshot_; }
  // The log begins after this position, the last one of the snapshot.
  [[nodiscard]] LogPosition base() const { return goes_on_from_log() ? log_.base : snapshot_->id.last; }
  [[nodiscard]] Index last_index() const {
    return goes_on_from_log() || log_.has(snapshot_->id.last) ? log_.last().index : snapshot_->id.last.index;
  }
  // Precondition: base().index < index <= last_index().
  [[nodiscard]] const DurableEntry& at(Index index) const { return log_.entries[distance(log_.base.index, index) - 1]; }
  friend bool operator==(const DurableState&, const DurableState&) = default;

 private:
  void read_segment(std::uint64_t file, std::string_view bytes);
  void read_state(std::string_view bytes);
  // If false, the snapshot is newer than the log's LogStart; see start_after.
  [[nodiscard]] bool goes_on_from_log() const { return !snapshot_ || snapshot_->id.last.index < log_.base.index; }

  HardState hard_state_;
  ReplayedLog<DurableEntry> log_;  // from the log files alone
  std::optional<SnapshotStart> snapshot_;
  std::uint64_t segment_ = 0;              // the last segment read
  std::uint64_t offset_ = 0;               // where to continue reading it
  bool begun_ = false;                     // some segment's start record has been read
  std::string state_;                      // the state file as last read: the next one usually begins the same
  std::vector<std::uint64_t> entry_ends_;  // the end offset of each entry's record in the state file
};

}  // namespace raftsim::core
