// Recovery in each mode that has a disk; recover() in persistence.hpp chooses.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "core/persistence/persistence.hpp"
#include "core/persistence/replay.hpp"
#include "core/persistence/snapshot_file.hpp"

namespace raftsim::core {

[[nodiscard]] Recovery recover_log(const Files& files, const SegmentOptions& options);
[[nodiscard]] Recovery recover_state_file(const Files& files, Mutations mutations);

// The snapshot on the disk, if there is one.
[[nodiscard]] std::variant<std::optional<SnapshotContent>, Corruption> find_snapshot(const Files& files);
// Removes a snapshot that was never renamed to its final name: it is void. Returns whether there was one.
bool remove_unfinished_snapshot(const Files& files, Recovered& result);

// Of entries that the snapshot covers only the terms matter: nothing else is copied.
[[nodiscard]] inline Entry entry_after(Index snapshot, const EntryRecord& record) {
  return record.index > snapshot ? record.entry() : Entry{record.term, record.kind, {}};
}

// The restored state: the log that was read, from the snapshot on. `start` says how, if the log itself does not.
[[nodiscard]] Restored restore(const std::optional<SnapshotContent>& snapshot, HardState hard_state,
                               ReplayedLog<Entry> log, const std::optional<LogStart>& start, Recovered& result);

// The tag of the last repair; the tags of batches follow it.
inline constexpr std::uint64_t repairs_tag = 1;

}  // namespace raftsim::core
