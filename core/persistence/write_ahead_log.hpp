// A write-ahead log in segments: each batch of records is appended and made durable before the next one is written.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/persistence/file_operation.hpp"
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
  friend bool operator==(const SegmentOptions&, const SegmentOptions&) = default;
};

// Where a log goes on.
struct WriteAheadLogEnd {
  std::uint64_t segment = first_segment_file;
  std::uint64_t bytes = 0;           // durable bytes of that segment; 0: it is yet to be created
  std::uint64_t previous_bytes = 0;  // of the segment before it
  HardState hard_state;
  LogPosition last;
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
  void write_batch(std::vector<FileOperation>& out);
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
  Ticket submitted_;
  Ticket writing_;              // covered by the batch under way
  std::uint64_t awaiting_ = 0;  // the tag that ends the batch or repair under way; 0: none
  std::uint64_t last_tag_ = 0;
};

}  // namespace raftsim::core
