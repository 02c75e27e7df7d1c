// The file of the latest snapshot, which both modes with a disk keep beside their log (paper, section 7).
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "core/mutation.hpp"
#include "core/persistence/file_operation.hpp"
#include "core/persistence/record.hpp"
#include "core/snapshot.hpp"
#include "core/types.hpp"

namespace raftsim::core {

// Writes `snapshot.new`, syncs it, renames it over `snapshot` and syncs the directory: at any moment the disk holds
// either the old or the new snapshot, complete. Only later operations may rely on the new one.
void replace_snapshot(const Snapshot& snapshot, HardState hard_state, Mutations mutations,
                      std::vector<FileOperation>& out);

struct SnapshotContent {
  SnapshotStart start;
  std::string_view state;  // points into the file that was read
  [[nodiscard]] Snapshot snapshot() const { return {start.id.last, start.configuration, Bytes(state)}; }
};

// The content of the file `snapshot`. It was renamed after all of it was durable, so it cannot be torn: std::nullopt
// means damage.
[[nodiscard]] std::optional<SnapshotContent> read_snapshot(std::string_view bytes);

}  // namespace raftsim::core
