#include <string>
#include <utility>

#include "core/assertion.hpp"
#include "core/persistence/recovery.hpp"

namespace raftsim::core {

std::variant<std::optional<SnapshotContent>, Corruption> find_snapshot(const Files& files) {
  const auto file = files.find(snapshot_file);
  if (file == files.end()) return std::optional<SnapshotContent>();
  auto content = read_snapshot(file->second);
  if (!content) return Corruption{snapshot_file, 0, "damaged snapshot"};
  return content;
}

bool remove_unfinished_snapshot(const Files& files, Recovered& result) {
  if (!files.contains(new_snapshot_file)) return false;
  result.repairs.push_back({.kind = FileOperation::Kind::unlink, .file = new_snapshot_file});
  result.notes.push_back("removed " + file_name(new_snapshot_file) + ", which had not become the snapshot yet");
  return true;
}

Restored restore(const std::optional<SnapshotContent>& snapshot, HardState hard_state, ReplayedLog<Entry> log,
                 const std::optional<LogStart>& start, Recovered& result) {
  if (start) {
    const auto last = log.last().index;
    if (start->empty && last > start->after.index) {
      result.notes.push_back("dropped a log up to index " + std::to_string(last.value) +
                             " that contradicts the snapshot up to index " + std::to_string(start->after.index.value));
    }
    const bool started = log.start(*start);
    RAFTSIM_ASSERT(started, "a log that has the last entry of the snapshot goes on from there");
  }
  Restored restored{hard_state, Log(log.base, std::move(log.entries)), {}};
  if (snapshot) {
    restored.hard_state = later(hard_state, snapshot->start.hard_state);
    restored.snapshot = make_shared_value<const Snapshot>(snapshot->snapshot());
  }
  return restored;
}

}  // namespace raftsim::core
