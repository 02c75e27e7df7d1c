// The file system operations that persistence uses, and its file names.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace raftsim::core {

// One operation on a flat directory of files. Operations take effect in the given order, each only after the one before
// it is complete. Files are identified by number (see file_name).
struct FileOperation {
  enum class Kind : std::uint8_t {
    create,    // an empty file; its name is durable after fsync_directory
    write,     // `bytes` at `offset`
    truncate,  // to the length `offset`
    fsync,     // the data written to this file is durable when it completes
    rename,    // `file` takes the name `target`, replacing any file of that name
    unlink,
    fsync_directory,  // the names are durable when it completes
  };
  Kind kind{};
  std::uint64_t file = 0;
  std::uint64_t target = 0;
  std::uint64_t offset = 0;
  std::string bytes = {};
  // Pass it to Persistence::done when the operation is complete. 0: completion need not be reported.
  std::uint64_t tag = 0;
  friend bool operator==(const FileOperation&, const FileOperation&) = default;
};

// The numbers of files. Segment n of the write-ahead log is file n, from 1.
inline constexpr std::uint64_t first_segment_file = 1;
inline constexpr std::uint64_t state_file = std::uint64_t{1} << 32U;  // the whole state, in PersistenceMode::rewrite
inline constexpr std::uint64_t new_state_file = state_file + 1;       // its successor while it is being written
inline constexpr std::uint64_t snapshot_file = state_file + 2;        // the latest snapshot, in both modes with a disk
inline constexpr std::uint64_t new_snapshot_file = state_file + 3;    // its successor while it is being written
[[nodiscard]] constexpr bool is_segment(std::uint64_t file) { return file >= first_segment_file && file < state_file; }

// "wal-00000003.log", "state", "state.new", "snapshot", "snapshot.new".
[[nodiscard]] std::string file_name(std::uint64_t file);

// The files of a directory by number, as recovery finds them.
using Files = std::map<std::uint64_t, std::string_view>;

}  // namespace raftsim::core
