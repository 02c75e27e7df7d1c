#include "core/persistence/snapshot_file.hpp"

#include <string>
#include <utility>
#include <variant>

namespace raftsim::core {

// The checksums of the records cover the name `snapshot`, under which they are read.
void replace_snapshot(const Snapshot& snapshot, HardState hard_state, Mutations mutations,
                      std::vector<FileOperation>& out) {
  using Kind = FileOperation::Kind;
  std::string bytes;
  bytes.reserve(snapshot_start_bytes + record_header_bytes + snapshot.state.size() + record_alignment);
  RecordWriter writer(bytes, snapshot_file, 0, 0);
  writer.append(SnapshotStart{.id = snapshot.id(), .hard_state = hard_state, .configuration = snapshot.configuration});
  writer.append(SnapshotState{snapshot.state.view()});

  out.push_back({.kind = Kind::create, .file = new_snapshot_file});
  out.push_back({.kind = Kind::write, .file = new_snapshot_file, .bytes = std::move(bytes)});
  out.push_back({.kind = Kind::fsync, .file = new_snapshot_file});
  out.push_back({.kind = Kind::rename, .file = new_snapshot_file, .target = snapshot_file});
  if (!mutations.has(Mutation::snapshot_without_directory_sync)) out.push_back({.kind = Kind::fsync_directory});
}

std::optional<SnapshotContent> read_snapshot(std::string_view bytes) {
  const auto first = read_record(snapshot_file, bytes, 0);
  const auto* start = first ? std::get_if<SnapshotStart>(&first->body) : nullptr;
  if (start == nullptr) return std::nullopt;
  const auto second = read_record(snapshot_file, bytes, first->end());
  const auto* state = second ? std::get_if<SnapshotState>(&second->body) : nullptr;
  if (state == nullptr || second->end() != bytes.size() || state->state.size() != start->id.bytes) return std::nullopt;
  return SnapshotContent{*start, state->state};
}

}  // namespace raftsim::core
