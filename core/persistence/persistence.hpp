// How a server's state gets to the disk: as a value that turns writes into file operations and completions into tickets.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "core/raft/effects.hpp"
#include "core/raft/log.hpp"
#include "core/raft/raft.hpp"

namespace raftsim::core {

enum class PersistenceMode : std::uint8_t {
  none,     // memory that survives a crash, at once and for free: a Raft before the disk comes in
  append,   // a write-ahead log in segments
  rewrite,  // the whole state to a new file that replaces the old one, each time
};

struct PersistenceOptions {
  PersistenceMode mode = PersistenceMode::append;
  std::uint64_t segment_bytes = 64U << 10U;
};

// One operation on a file system. Each takes effect in the order given. Files are named by number (see file_name).
struct FileOperation {
  enum class Kind : std::uint8_t { create, write, truncate, fsync, rename, unlink, fsync_directory };
  Kind kind{};
  std::uint64_t file = 0;
  std::uint64_t target = 0;  // rename
  std::uint64_t offset = 0;  // write: where; truncate: the new length
  std::string bytes;         // write
  std::uint64_t tag = 0;     // hand it back to Persistence::done
  friend bool operator==(const FileOperation&, const FileOperation&) = default;
};

// "wal-00000003.log", "state", "state.new": how a file's number reads.
[[nodiscard]] std::string file_name(std::uint64_t file);

// The files of a directory by number, as a recovery finds them.
using Files = std::map<std::uint64_t, std::string_view>;

// Why a recovery refused: the bytes at `offset` of `file` had been made durable once and are damaged now.
struct Corruption {
  std::uint64_t file = 0;
  std::uint64_t offset = 0;
  std::string what;  // "checksum mismatch", ...
  friend bool operator==(const Corruption&, const Corruption&) = default;
};

// (class Persistence: see the implementer's design)

}  // namespace raftsim::core
