// What a disk holds of a server's state, read from outside and followed as it grows.
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

// Feed it the durable bytes of each file whenever they changed, segments in ascending order, the snapshot before or
// after them: it decodes what is new only. It reads as far as a recovery would, so once it was fed with all that
// changed it equals what a recovery would bring back. Segments that were removed need not be told: the log goes on from
// a snapshot by then. Where a recovery would refuse, it is what could be read.
class DurableState {
 public:
  // `bytes` is all of `file`, from its beginning. Leftovers (`state.new`, `snapshot.new`) are ignored.
  void read(std::uint64_t file, std::string_view bytes);
  // Forgets everything: for a disk that was wiped or rolled back.
  void clear() { *this = DurableState(); }

  [[nodiscard]] HardState hard_state() const {
    return snapshot_ ? later(hard_state_, snapshot_->hard_state) : hard_state_;
  }
  // What the file `snapshot` says of itself; nothing when there is none, or a damaged one.
  [[nodiscard]] const std::optional<SnapshotStart>& snapshot() const { return snapshot_; }
  // The log begins after this position: the last one of the snapshot.
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
  // Otherwise the snapshot is newer than what the log says of it; see start_after.
  [[nodiscard]] bool goes_on_from_log() const { return !snapshot_ || snapshot_->id.last.index < log_.base.index; }

  HardState hard_state_;
  ReplayedLog<DurableEntry> log_;  // as the log alone has it
  std::optional<SnapshotStart> snapshot_;
  std::uint64_t segment_ = 0;              // the last segment read
  std::uint64_t offset_ = 0;               // where reading it goes on
  bool begun_ = false;                     // the start of some segment has been read
  std::string state_;                      // the state file as read last: the next one mostly begins in the same way
  std::vector<std::uint64_t> entry_ends_;  // where in the state file each entry's record ends
};

}  // namespace raftsim::core
