// What a disk holds of a server's state, read from outside and followed as it grows.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/hash.hpp"
#include "core/persistence/file_operation.hpp"
#include "core/types.hpp"

namespace raftsim::core {

struct DurableEntry {
  Term term;
  Digest digest = 0;  // digest_of(entry)
  friend bool operator==(const DurableEntry&, const DurableEntry&) = default;
};

// Feed it the durable bytes of each file whenever they changed, segments in ascending order: it decodes what is new
// only. It reads as far as a recovery would, so after each feeding it equals what a recovery would bring back.
class DurableState {
 public:
  // `bytes` is all of `file`, from its beginning. Leftovers (`state.new`) are ignored.
  void read(std::uint64_t file, std::string_view bytes);
  // Forgets everything: for a disk that was wiped or rolled back.
  void clear() { *this = DurableState(); }

  [[nodiscard]] HardState hard_state() const { return hard_state_; }
  [[nodiscard]] Index last_index() const { return {entries_.size()}; }
  // Precondition: 0 < index <= last_index().
  [[nodiscard]] const DurableEntry& at(Index index) const { return entries_[index.value - 1]; }
  [[nodiscard]] const std::vector<DurableEntry>& entries() const { return entries_; }  // from index 1
  friend bool operator==(const DurableState&, const DurableState&) = default;

 private:
  void read_segment(std::uint64_t file, std::string_view bytes);
  void read_state(std::string_view bytes);

  HardState hard_state_;
  std::vector<DurableEntry> entries_;
  std::uint64_t segment_ = 0;              // the last segment read
  std::uint64_t offset_ = 0;               // where reading it goes on
  std::string state_;                      // the state file as read last: the next one mostly begins in the same way
  std::vector<std::uint64_t> entry_ends_;  // where in the state file each entry's record ends
};

}  // namespace raftsim::core
