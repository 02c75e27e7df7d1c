// The records of the write-ahead log, the state file and the snapshot file, and the only code that encodes and decodes
// them.
//
// All numbers are little-endian. A record is a header of 24 bytes, a body, and zeros up to the next multiple of 8:
//
//   offset  size  header
//        0     4  checksum: CRC-32C of: file number (8 bytes), this record's offset in the file (8 bytes), and all
//                 of the record that follows the checksum, padding included
//        4     4  bytes of the body
//        8     1  type
//        9     7  zero
//       16     8  synced_through: the file was durable up to this offset before this record was written
//
//   type             body
//   1 segment start  segment number, bytes of the previous segment, term, vote, last index, last term (8 bytes each):
//                    the first record of each segment. The state at that point, so that a reader may begin here for
//                    everything but the entries themselves.
//   2 hard state     term, vote (8 bytes each)
//   3 entry          index, term (8 bytes each), kind (1 byte), payload. It replaces the entry at its index, if
//                    there is one, and all that follow it.
//   4 state start    term, vote, count of the entries that follow (8 bytes each): the first record of a
//                    state file
//   5 padding        any bytes, not covered by the checksum: fills a sector
//   6 log start      index, term, 1 if nothing follows else 0 (8 bytes each): the log up to that position is in a
//                    snapshot that was durable before this was written. Later entries are kept, unless nothing
//                    follows.
//   7 snapshot start last index, last term, bytes and digest of the state, term, vote (8 bytes each), configuration (48
//                    bytes): the first record of a snapshot file
//   8 snapshot state the whole state: the second and last record of a snapshot file
//
// Since the checksum covers the record's location, a record is valid in one place only: neither a leftover of another
// file nor a payload that contains a copy of a log is mistaken for a record.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "core/configuration.hpp"
#include "core/entry.hpp"
#include "core/snapshot.hpp"
#include "core/types.hpp"

namespace raftsim::core {

struct SegmentStart {
  std::uint64_t number = 0;
  std::uint64_t previous_bytes = 0;  // length of the previous segment; 0 for the first
  HardState hard_state;
  LogPosition last;
  friend bool operator==(const SegmentStart&, const SegmentStart&) = default;
};

struct StateStart {
  HardState hard_state;
  std::uint64_t entries = 0;
  friend bool operator==(const StateStart&, const StateStart&) = default;
};

struct EntryRecord {
  Index index;
  Term term;
  EntryKind kind = EntryKind::command;
  std::string_view payload;  // points into the file that was read
  [[nodiscard]] Entry entry() const { return {term, kind, Bytes(payload)}; }
  friend bool operator==(const EntryRecord&, const EntryRecord&) = default;
};

struct Padding {
  friend bool operator==(const Padding&, const Padding&) = default;
};

struct LogStart {
  LogPosition after;   // the last position of a snapshot
  bool empty = false;  // the log before this record is discarded, both before and after that position
  friend bool operator==(const LogStart&, const LogStart&) = default;
};

struct SnapshotStart {
  SnapshotId id;
  // The server's hard state when it wrote this. A leader's snapshot must not become durable without the term in which
  // it was received: it may replace entries that were promised to a leader of an earlier term.
  HardState hard_state;
  Configuration configuration;
  friend bool operator==(const SnapshotStart&, const SnapshotStart&) = default;
};

struct SnapshotState {
  std::string_view state;  // points into the file that was read
  friend bool operator==(const SnapshotState&, const SnapshotState&) = default;
};

struct Record {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;  // on the disk, header and padding included
  std::uint64_t synced_through = 0;
  std::variant<SegmentStart, HardState, EntryRecord, StateStart, Padding, LogStart, SnapshotStart, SnapshotState> body;
  [[nodiscard]] std::uint64_t end() const { return offset + size; }
};

inline constexpr std::uint64_t record_alignment = 8;
inline constexpr std::uint64_t record_header_bytes = 24;
inline constexpr std::uint64_t segment_start_bytes = record_header_bytes + 48;
inline constexpr std::uint64_t state_start_bytes = record_header_bytes + 24;
inline constexpr std::uint64_t log_start_bytes = record_header_bytes + 24;
inline constexpr std::uint64_t snapshot_start_bytes = record_header_bytes + 96;

// The record at `offset` of `file`; std::nullopt if there is no valid one (end of file, torn or damaged record).
[[nodiscard]] std::optional<Record> read_record(std::uint64_t file, std::string_view bytes, std::uint64_t offset);

// Encodes records of `file` into a buffer that will be written at `base`.
class RecordWriter {
 public:
  RecordWriter(std::string& buffer, std::uint64_t file, std::uint64_t base, std::uint64_t synced_through)
      : buffer_(buffer), file_(file), base_(base), synced_through_(synced_through) {}
  void append(const SegmentStart& start);
  void append(HardState hard_state);
  void append(Index index, const Entry& entry);
  void append(const StateStart& start);
  void append(const LogStart& start);
  void append(const SnapshotStart& start);
  void append(const SnapshotState& state);
  // Pads so that the next record begins at a multiple of `sector_bytes` in the file. 0: no padding.
  void pad_to_multiple_of(std::uint64_t sector_bytes);

 private:
  char* begin(std::uint8_t type, std::size_t body_bytes);
  void seal();

  std::string& buffer_;
  std::uint64_t file_;
  std::uint64_t base_;
  std::uint64_t synced_through_;
  std::size_t record_ = 0;  // where the record being encoded begins in the buffer
};

}  // namespace raftsim::core
