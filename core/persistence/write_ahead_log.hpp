// A write-ahead log in segments: each batch of records is appended and made durable before the next one is written.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/mutation.hpp"
#include "core/persistence/file_operation.hpp"
#include "core/persistence/record.hpp"
#include "core/raft/effects.hpp"
#include "core/raft/log.hpp"

namespace raftsim::core {

struct SegmentOptions {
  // A segment that has reached this size is followed by a new one at the next batch.
  std::uint64_t segment_bytes = 64U << 10U;
  // Each batch begins at a multiple of this. 0: right where the batch before it ended, which is safe as long as a crash
  // leaves each byte of a sector that was being written either old or new ("powersafe overwrite", as SQLite calls it).
  // Where a crash may turn a whole sector into garbage, a new batch must not share one with a durable batch. A multiple
  // of 8.
  std::uint64_t sector_bytes = 0;
  Mutations mutations = {};
  friend bool operator==(const SegmentOptions&, const SegmentOptions&) = default;
};

// A segment on the disk, and the end of the log when it was begun.
struct KeptSegment {
  std::uint64_t number = 0;
  Index begins_after;
  friend bool operator==(const KeptSegment&, const KeptSegment&) = default;
};

// Where a log goes on.
struct WriteAheadLogEnd {
  std::uint64_t segment = first_segment_file;
  std::uint64_t bytes = 0;           // durable bytes of that segment; 0: it is yet to be created
  std::uint64_t previous_bytes = 0;  // of the segment before it
  HardState hard_state;
  LogPosition last;
  Index base;                                // the last of the snapshot from which the log on the disk goes on
  std::vector<KeptSegment> kept = {};        // ascending; `segment` itself too, unless it is yet to be created
  std::optional<LogStart> log_start = {};    // to be written before anything else, and ...
  std::optional<HardState> with_state = {};  // ... this with it
};

// The format of the records is in record.hpp. What recovery leans on:
//  - batch k+1 is written only after batch k is durable, and each of its records says so (synced_through). So an
//    invalid record at offset o followed by a valid one with synced_through > o was durable once: that is damage.
//    Without such a witness it is the torn tail of a batch that nobody was told was durable. That a valid record
//    follows proves nothing by itself, as sectors of one batch reach the disk in any order;
//  - a segment is created only after the one before it is durable to its end, and its first record says how long that
//    one is. So all segments but the last are strict, and one that lost its end or is missing is noticed;
//  - the first record of a segment is durable before the first batch is written, so damage there has a witness too.
//
// A snapshot gets to the disk before the batch with the LogStart that says so. Until that record is there, a reader
// goes by the snapshot (start_after in replay.hpp). Once it is durable, all segments are removed, the oldest first,
// before one that was begun when the log ended within the snapshot: whatever is left now was written to that one or
// later. When a recovery found a snapshot without its LogStart, the record opens the next batch. So what the snapshot
// made worthless cannot come back: nothing that is written later is valid without that record before it.
//
// What cannot be told: damage to the very last batch that was durable looks like a tail that never was (Alagappan et
// al., "Protocol-Aware Recovery for Consensus-Based Storage", FAST 2018). It takes a second copy of the fact that it
// was durable, elsewhere, to know better. The same goes for a last segment whose file is gone.
class WriteAheadLog {
 public:
  // The first batch waits for the operation with `repairs_tag`, unless it is 0.
  WriteAheadLog(const SegmentOptions& options, const WriteAheadLogEnd& end, std::uint64_t repairs_tag);

  std::optional<Ticket> submit(const Write& write, const Log& log, std::vector<FileOperation>& out);
  std::optional<Ticket> done(std::uint64_t tag, std::vector<FileOperation>& out);
  friend bool operator==(const WriteAheadLog&, const WriteAheadLog&) = default;

 private:
  void start_after(const LogStart& start);
  void write_batch(std::vector<FileOperation>& out);
  void remove_segments(Index base, std::vector<FileOperation>& out);
  void create_segment(std::vector<FileOperation>& out);
  void begin_segment(std::uint64_t number, std::uint64_t previous_bytes);

  SegmentOptions options_;
  std::uint64_t segment_;  // the one that the pending batch goes to
  std::uint64_t
      batch_start_;  // where in that segment the pending batch begins; durable up to there before it is written
  std::string segment_start_;  // not empty: that segment is yet to be created, with this first record
  std::string pending_;        // records of the pending batch
  HardState hard_state_;       // as of the last write submitted
  LogPosition last_;
  Index base_;                     // of the log as of the last write submitted
  SharedSnapshot snapshot_;        // not null: it gets to the disk before the pending batch
  bool pending_is_all_ = false;    // the pending batch has a LogStart after which nothing older is left
  std::vector<KeptSegment> kept_;  // the one that the pending batch goes to is the last
  Index writing_base_;             // `base_` as of the batch under way; of what is durable when there is none
  Ticket submitted_;
  Ticket writing_;              // covered by the batch under way
  std::uint64_t awaiting_ = 0;  // the tag that ends the batch or repair under way; 0: none
  std::uint64_t last_tag_ = 0;
};

}  // namespace raftsim::core
