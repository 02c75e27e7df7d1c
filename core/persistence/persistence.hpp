// How a server's state gets to the disk: a value that turns writes into file operations and completions into tickets.
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
  none,     // memory that survives a crash, at once and for free: a Raft before the disk comes in (see Memory)
  append,   // a write-ahead log in segments (see WriteAheadLog)
  rewrite,  // the whole state to a new file that replaces the old one, each time (see StateFile)
};

struct PersistenceOptions {
  PersistenceMode mode = PersistenceMode::append;
  // Of the write-ahead log; see SegmentOptions.
  std::uint64_t segment_bytes = SegmentOptions().segment_bytes;
  std::uint64_t sector_bytes = SegmentOptions().sector_bytes;
  Mutations mutations = {};  // known bugs to plant; none in a plain build
  [[nodiscard]] SegmentOptions segments() const { return {segment_bytes, sector_bytes, mutations}; }
  friend bool operator==(const PersistenceOptions&, const PersistenceOptions&) = default;
};

struct Recovered;
struct Corruption;
using Recovery = std::variant<Recovered, Corruption>;
// Reads back what is durable. Never throws for what is on the disk.
[[nodiscard]] Recovery recover(const Files& files, const PersistenceOptions& options);

// No I/O of its own: operations go to `out`, to be carried out in that order, and each completion comes back with the
// operation's tag. All modes commit in groups: one batch is on its way to the disk at a time, and what is submitted
// meanwhile goes out together when that one is durable. A ticket is durable when the fsync that covers it is complete.
//
// A power cut may leave any prefix of the records of a write that was not yet durable: hard state first, then entries.
// A snapshot is durable before any of them, together with the hard state. Of several that wait only the latest is
// written.
class Persistence {
 public:
  // A server that has never run: nothing on the disk.
  explicit Persistence(const PersistenceOptions& options = {});
  // A server that goes on from its disk (see recover).
  explicit Persistence(WriteAheadLog log) : store_(std::move(log)) {}
  explicit Persistence(StateFile file) : store_(std::move(file)) {}

  // Takes down what `write` makes durable, out of the log as it is now. Tickets must grow. Returns the highest ticket
  // that is durable at once: only without a disk (PersistenceMode::none).
  std::optional<Ticket> submit(const Write& write, const Log& log, std::vector<FileOperation>& out);
  // The operation with this tag is complete. Returns the highest ticket that is durable now, if that is news.
  std::optional<Ticket> done(std::uint64_t tag, std::vector<FileOperation>& out);

  // What survives a crash in PersistenceMode::none: keep this value, and restart from here instead of from recover().
  // Empty in the other modes, whose truth is on the disk.
  [[nodiscard]] Restored remembered() const;

  friend bool operator==(const Persistence&, const Persistence&) = default;

 private:
  std::variant<Memory, WriteAheadLog, StateFile> store_;
};

// Why a recovery refused: the bytes at `offset` of `file` had been made durable once and are damaged or missing now.
struct Corruption {
  std::uint64_t file = 0;
  std::uint64_t offset = 0;
  std::string what;  // "damaged record", ...
  friend bool operator==(const Corruption&, const Corruption&) = default;
};

struct Recovered {
  Restored restored;
  Persistence persistence;  // goes on from there; its first batch waits for the repairs
  // To be carried out before anything else: what was torn is cut off and the cut is made durable, so that it cannot
  // come back behind later records. They end in an fsync even if nothing is to be repaired: when only the process died,
  // what was read here may still be on its way from the page cache to the disk. After a power cut it is durable as
  // read.
  std::vector<FileOperation> repairs;
  std::vector<std::string> notes;  // what was repaired, for people
  bool torn_tail = false;          // the last record of the log was torn, and is cut off
};

}  // namespace raftsim::core
