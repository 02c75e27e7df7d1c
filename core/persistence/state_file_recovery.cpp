#include <utility>

#include "core/persistence/record.hpp"
#include "core/persistence/recovery.hpp"
#include "core/persistence/replay.hpp"

namespace raftsim::core {
namespace {

// A state file got its name after all of it was durable, so there is no torn one: whatever is wrong is damage.
std::variant<Restored, Corruption> read_state(std::string_view bytes) {
  const auto damaged = [](std::uint64_t offset, const char* what) { return Corruption{state_file, offset, what}; };
  const auto first = read_record(state_file, bytes, 0);
  const auto* start = first ? std::get_if<StateStart>(&first->body) : nullptr;
  if (start == nullptr) return damaged(0, "damaged record");

  HardState hard_state = start->hard_state;
  std::vector<Entry> entries;
  std::uint64_t offset = first->end();
  while (offset < bytes.size()) {
    const auto record = read_record(state_file, bytes, offset);
    if (!record) return damaged(offset, "damaged record");
    if (!replay(*record, hard_state, entries, [](const EntryRecord& entry) { return entry.entry(); })) {
      return damaged(offset, "an entry is missing before this one");
    }
    offset = record->end();
  }
  if (entries.size() != start->entries) return damaged(offset, "entries are missing at the end");
  return Restored{hard_state, Log(std::move(entries))};
}

}  // namespace

Recovery recover_state_file(const Files& files) {
  using Kind = FileOperation::Kind;
  Recovered result;
  if (files.empty()) {
    result.persistence = Persistence(StateFile());
    return result;
  }
  if (files.contains(new_state_file)) {
    result.repairs.push_back({.kind = Kind::unlink, .file = new_state_file});
    result.notes.push_back("removed " + file_name(new_state_file) + ", which had not replaced the state yet");
  }
  if (const auto state = files.find(state_file); state != files.end()) {
    auto read = read_state(state->second);
    if (auto* corruption = std::get_if<Corruption>(&read)) return std::move(*corruption);
    result.restored = std::get<Restored>(std::move(read));
  }
  result.repairs.push_back({.kind = Kind::fsync_directory, .tag = repairs_tag});
  result.persistence = Persistence(StateFile(result.restored, repairs_tag));
  return result;
}

}  // namespace raftsim::core
