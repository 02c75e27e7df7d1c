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
  // Once a segment has reached this size, the next batch starts a new one.
  std::uint64_t segment_bytes = 64U << 10U;
  // Each batch begins at a multiple of this. 0: right where the previous batch ended, which is safe as long as a crash
  // leaves each byte of a sector being written either old or new ("powersafe overwrite" in SQLite's terms). If a crash
  // may turn a whole sector into garbage, a new batch must not share a sector with a durable batch. A multiple of 8.
  std::uint64_t sector_bytes = 0;
  // A new term is made durable first, without a vote, and then the vote: two fsyncs, as in LogCabin.
  bool vote_apart = false;
  Mutations mutations = {};
  friend bool operator==(const SegmentOptions&, const SegmentOptions&) = default;
};

// A segment on the disk, and the end of the log when it was started.
struct KeptSegment {
  std::uint64_t number = 0;
  Index begins_after;
  friend bool operator==(const KeptSegment&, const KeptSegment&) = default;
};

// Where a log continues.
struct WriteAheadLogEnd {
  std::uint64_t segment = first_segment_file;
  std::uint64_t bytes = 0;           // durable bytes of that segment; 0: not created yet
  std::uint64_t previous_bytes = 0;  // of the segment before it
  HardState hard_state;
  LogPosition last;
  Index base;                                // the last index of the snapshot from which the log on disk continues
  std::vector<KeptSegment> kept = {};        // ascending; includes `segment`, unless it is not created yet
  std::optional<LogStart> log_start = {};    // to be written first, ...
  std::optional<HardState> with_state = {};  // ... together with this
};

// The record format is in record.hpp. Recovery relies on the following:
//  - batch k+1 is written only after batch k is durable, and each of its records says so (synced_through). So an
//    invalid record at offset o followed by a valid one with synced_through > o was once durable: that is damage.
//    Without such a witness it is the torn tail of a batch that was never reported durable. A following valid record
//    alone proves nothing, as sectors of one batch reach the disk in any order;
//  - a segment is created only after the previous one is completely durable, and its first record holds the length of
//    the previous one. So all segments but the last must be complete, and a truncated or missing one is detected;
//  - the first record of a segment is durable before the first batch is written, so damage there has a witness too.
//
// A snapshot is written before the batch with the LogStart that refers to it. Until that record exists, a reader relies
// on the snapshot (start_after in replay.hpp). Once it is durable, all segments before the last one that was started
// when the log ended within the snapshot are removed, oldest first: all remaining entries are in that segment or later
// ones. If recovery found a snapshot without its LogStart, the record begins the next batch. So entries that the
// snapshot made obsolete cannot come back: nothing written later is valid without that record before it.
//
// What cannot be detected: damage to the last durable batch looks like a tail that was never durable (Alagappan et al.,
// "Protocol-Aware Recovery for Consensus-Based Storage", FAST 2018). To distinguish them, the fact that it was durable
// would have to be recorded elsewhere. The same applies if the file of the last segment is missing.
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
  std::uint64_t segment_;  // the one for the pending batch
  std::uint64_t
      batch_start_;  // where the pending batch begins in that segment; durable up to there before it is written
  std::string segment_start_;      // not empty: that segment is not created yet; its first record
  std::string pending_;            // records of the pending batch
  std::size_t pending_first_ = 0;  // bytes of it that are made durable before the rest is written; 0: none
  HardState hard_state_;           // as of the last write submitted
  LogPosition last_;
  Index base_;                     // of the log as of the last write submitted
  SharedSnapshot snapshot_;        // not null: to be written before the pending batch
  bool pending_is_all_ = false;    // the pending batch has a LogStart that discards everything older
  std::vector<KeptSegment> kept_;  // the last is the one for the pending batch
  Index writing_base_;             // `base_` as of the batch under way, or of the durable state if there is none
  Ticket submitted_;
  Ticket writing_;              // covered by the batch under way
  std::uint64_t awaiting_ = 0;  // the tag that ends the batch or repair under way; 0: none
  std::uint64_t last_tag_ = 0;
};

}  // namespace raftsim::core
