// How a server persists its state: a value that turns writes into file operations, and completions into tickets.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/mutation.hpp"
#include "core/persistence/file_operation.hpp"
#include "core/persistence/memory.hpp"
#include "core/persistence/state_file.hpp"
#include "core/persistence/write_ahead_log.hpp"
#include "core/raft/effects.hpp"
#include "core/raft/log.hpp"
#include "core/raft/restored.hpp"

namespace raftsim::core {

enum class PersistenceMode : std::uint8_t {
  none,     // memory that survives a crash, at once and for free: no disk is simulated (see Memory)
  append,   // a write-ahead log in segments (see WriteAheadLog)
  rewrite,  // each time the whole state, to a new file that replaces the old one (see StateFile)
};

struct PersistenceOptions {
  PersistenceMode mode = PersistenceMode::append;
  // Of the write-ahead log; see SegmentOptions.
  std::uint64_t segment_bytes = SegmentOptions().segment_bytes;
  std::uint64_t sector_bytes = SegmentOptions().sector_bytes;
  bool vote_apart = SegmentOptions().vote_apart;
  Mutations mutations = {};  // known bugs to plant; none in a plain build
  [[nodiscard]] SegmentOptions segments() const { return {segment_bytes, sector_bytes, vote_apart, mutations}; }
  friend bool operator==(const PersistenceOptions&, const PersistenceOptions&) = default;
};

struct Recovered;
struct Corruption;
using Recovery = std::variant<Recovered, Corruption>;
// Recovers what is durable. Never throws, whatever is on the disk.
[[nodiscard]] Recovery recover(const Files& files, const PersistenceOptions& options);

// Does no I/O itself: it appends operations to `out`, to be carried out in order; each completion is reported by its
// tag. All modes use group commit: one batch is in flight at a time, and what is submitted meanwhile is written
// together when that batch is durable. A ticket is durable when the fsync that covers it is complete.
//
// A power failure may leave any prefix of the records of a write that was not yet durable: hard state first, then
// entries. A snapshot becomes durable before any of them, together with the hard state. If several snapshots are
// waiting, only the latest is written.
class Persistence {
 public:
  // For a server that has never run: an empty disk.
  explicit Persistence(const PersistenceOptions& options = {});
  // For a server that restarts from its disk (see recover).
  explicit Persistence(WriteAheadLog log) : store_(std::move(log)) {}
  explicit Persistence(StateFile file) : store_(std::move(file)) {}
  // For a server without a disk that has run before.
  explicit Persistence(Memory memory) : store_(std::move(memory)) {}

  // Encodes what `write` makes durable, reading its entries from the current log. Tickets must increase. Returns the
  // highest ticket that is durable at once: only without a disk (PersistenceMode::none).
  std::optional<Ticket> submit(const Write& write, const Log& log, std::vector<FileOperation>& out);
  // The operation with this tag is complete. Returns the highest durable ticket if it has increased.
  std::optional<Ticket> done(std::uint64_t tag, std::vector<FileOperation>& out);

  // What survives a crash in PersistenceMode::none: keep this value, and restart from it instead of from recover().
  // Empty in the other modes, whose state is on the disk.
  [[nodiscard]] Restored remembered() const;

  friend bool operator==(const Persistence&, const Persistence&) = default;

 private:
  std::variant<Memory, WriteAheadLog, StateFile> store_;
};

// Why recovery refused: the bytes at `offset` of `file` were once durable and are now damaged or missing.
struct Corruption {
  std::uint64_t file = 0;
  std::uint64_t offset = 0;
  std::string what;  // "damaged record", ...
  friend bool operator==(const Corruption&, const Corruption&) = default;
};

struct Recovered {
  Restored restored;
  Persistence persistence;  // continues from there; its first batch waits for the repairs
  // To be carried out before anything else: they truncate a torn tail durably, so that it cannot reappear after later
  // records. They end in an fsync even if there is nothing to repair: if only the process died, the bytes read here may
  // still be in the page cache only. After a power failure they are durable as read.
  std::vector<FileOperation> repairs;
  std::vector<std::string> notes;  // human-readable list of repairs
  bool torn_tail = false;          // the last record of the log was torn and is truncated
};

}  // namespace raftsim::core
