#include <utility>

#include "core/persistence/record.hpp"
#include "core/persistence/recovery.hpp"
#include "core/persistence/replay.hpp"

namespace raftsim::core {
namespace {

struct State {
  HardState hard_state;
  ReplayedLog<Entry> log;
};

// A state file was renamed after all of it was durable, so it cannot be torn: any error is damage.
std::variant<State, Corruption> read_state(std::string_view bytes, Index snapshot) {
  const auto damaged = [](std::uint64_t offset, const char* what) { return Corruption{state_file, offset, what}; };
  const auto first = read_record(state_file, bytes, 0);
  const auto* start = first ? std::get_if<StateStart>(&first->body) : nullptr;
  if (start == nullptr) return damaged(0, "damaged record");

  State state{start->hard_state, {}};
  std::uint64_t offset = first->end();
  while (offset < bytes.size()) {
    const auto record = read_record(state_file, bytes, offset);
    if (!record) return damaged(offset, "damaged record");
    if (!replay(*record, state.hard_state, state.log,
                [snapshot](const EntryRecord& entry) { return entry_after(snapshot, entry); })) {
      return damaged(offset, "an entry is missing before this one");
    }
    offset = record->end();
  }
  if (state.log.entries.size() != start->entries) return damaged(offset, "entries are missing at the end");
  return state;
}

}  // namespace

Recovery recover_state_file(const Files& files, Mutations mutations) {
  using Kind = FileOperation::Kind;
  Recovered result;
  if (files.empty()) {
    result.persistence = Persistence(StateFile(mutations));
    return result;
  }
  if (files.contains(new_state_file)) {
    result.repairs.push_back({.kind = Kind::unlink, .file = new_state_file});
    result.notes.push_back("removed " + file_name(new_state_file) + ", which had not replaced the state yet");
  }
  remove_unfinished_snapshot(files, result);
  const auto found = find_snapshot(files);
  if (const auto* corruption = std::get_if<Corruption>(&found)) return *corruption;
  const auto& snapshot = std::get<std::optional<SnapshotContent>>(found);
  const LogPosition last = snapshot ? snapshot->start.id.last : LogPosition{};

  State state;
  if (const auto file = files.find(state_file); file != files.end()) {
    auto read = read_state(file->second, last.index);
    if (auto* corruption = std::get_if<Corruption>(&read)) return std::move(*corruption);
    state = std::get<State>(std::move(read));
  }
  if (state.log.base.index > last.index) return Corruption{snapshot_file, 0, "the log begins after the snapshot"};
  const auto start = start_after(last, state.log);
  result.restored = restore(snapshot, state.hard_state, std::move(state.log), start, result);
  result.repairs.push_back({.kind = Kind::fsync_directory, .tag = repairs_tag});
  result.persistence = Persistence(StateFile(result.restored, repairs_tag, mutations));
  return result;
}

}  // namespace raftsim::core
