// What a process asks of its disk.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "sim/event.hpp"

namespace raftsim::sim {

enum class DiskOperationKind : std::uint8_t {
  create,    // an empty file; one that exists is emptied (O_CREAT | O_TRUNC)
  write,     // `bytes` at `offset`; beyond the end, the gap reads as zeros
  truncate,  // to the length `offset`
  fsync,     // the file's bytes and length are durable when this completes
  rename,    // `file` becomes `target`, replacing what had that name
  unlink,
  fsync_directory,  // creations, renames and unlinks so far are durable when this completes
};
inline constexpr std::size_t disk_operation_kind_count = 7;
[[nodiscard]] const char* name_of(DiskOperationKind kind);

// How an operation ended.
enum class DiskError : std::uint8_t {
  none,
  io,        // EIO. Of an fsync: what of its bytes is on the medium is unknown
  no_space,  // ENOSPC
};
[[nodiscard]] const char* name_of(DiskError error);  // "input/output error"; "" for none

// An operation yet to come at which a host loses its power (World::arm_crash): the nth of this kind from now on.
struct CrashMoment {
  DiskOperationKind kind{};
  bool before = false;    // it is not carried out; otherwise it is, and nobody has heard of it
  std::uint64_t nth = 1;  // from 1
  friend bool operator==(const CrashMoment&, const CrashMoment&) = default;
};

using OperationId = std::uint64_t;  // of one disk, in the order of submission, from 1

// A file by number, as names of files cost too much in a loop: the process that owns the disk numbers its files and
// says how a number reads. One flat directory.
using FileNumber = std::uint64_t;

struct DiskOperation {
  OperationId id = 0;
  DiskOperationKind kind{};
  DiskError error = DiskError::none;  // filled in by the disk when it is done
  FileNumber file = 0;
  FileNumber target = 0;     // rename: the new name
  std::uint64_t offset = 0;  // write: where; truncate: the new length
  std::uint64_t size = 0;    // write: how many bytes, filled in by the disk
  std::uint64_t tag = 0;     // the process's own, returned untouched
  std::string bytes = {};    // write: what
  EventId cause = 0;         // the event during which it was submitted
  Time submitted{};
};

}  // namespace raftsim::sim
