#include "core/persistence/write_ahead_log.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/assertion.hpp"
#include "core/persistence/record.hpp"
#include "core/persistence/snapshot_file.hpp"

namespace raftsim::core {
namespace {

bool is_aligned(std::uint64_t offset, std::uint64_t sector_bytes) {
  return sector_bytes == 0 || offset % sector_bytes == 0;
}

}  // namespace

WriteAheadLog::WriteAheadLog(const SegmentOptions& options, const WriteAheadLogEnd& end, std::uint64_t repairs_tag)
    : options_(options),
      segment_(end.segment),
      batch_start_(end.bytes),
      hard_state_(end.hard_state),
      last_(end.last),
      base_(end.base),
      kept_(end.kept),
      writing_base_(end.base),
      awaiting_(repairs_tag),
      last_tag_(repairs_tag) {
  if (end.bytes == 0) {
    begin_segment(end.segment, end.previous_bytes);
  } else if (end.bytes >= options_.segment_bytes || !is_aligned(end.bytes, options_.sector_bytes)) {
    begin_segment(end.segment + 1, end.bytes);
  }
  if (end.with_state) {
    hard_state_ = *end.with_state;
    RecordWriter(pending_, segment_, batch_start_, batch_start_).append(hard_state_);
  }
  if (end.log_start && options_.mutations.has(Mutation::ghost_suffix)) {
    base_ = end.log_start->after.index;
    if (end.log_start->empty) last_ = end.log_start->after;
  } else if (end.log_start) {
    start_after(*end.log_start);
  }
}

std::optional<Ticket> WriteAheadLog::submit(const Write& write, const Log& log, std::vector<FileOperation>& out) {
  RAFTSIM_ASSERT(write.ticket > submitted_, "tickets grow");
  submitted_ = write.ticket;
  if (pending_.empty()) pending_.reserve(256);  // a few small records
  RecordWriter writer(pending_, segment_, batch_start_, batch_start_);
  if (write.hard_state) {
    const HardState before = std::exchange(hard_state_, *write.hard_state);
    if (options_.vote_apart && before.term < hard_state_.term && hard_state_.vote != no_server) {
      writer.append(HardState{.term = hard_state_.term, .vote = no_server});
      pending_first_ = pending_.size();
    }
    writer.append(hard_state_);
  }
  if (write.snapshot) {
    snapshot_ = write.snapshot;
    // If the log ends at the snapshot, nothing on the disk after it is kept, except what this write appends.
    const LogPosition after = snapshot_->last;
    const bool empty = log.last().index <= after.index || (write.has_entries() && write.first <= after.index.next());
    start_after({.after = after, .empty = empty});
  }
  if (write.has_entries()) {
    Index index = std::max(write.first, base_.next());
    RAFTSIM_ASSERT(index <= last_.index.next(), "entries follow what is there without a gap");
    for (const Entry& entry : log.range(index, write.last)) {
      writer.append(index, entry);
      last_ = {index, entry.term};
      index = index.next();
    }
  }
  if (awaiting_ == 0) write_batch(out);
  return std::nullopt;
}

void WriteAheadLog::start_after(const LogStart& start) {
  RAFTSIM_ASSERT(start.empty || start.after.index <= last_.index, "what stays behind a snapshot is on the disk");
  RecordWriter(pending_, segment_, batch_start_, batch_start_).append(start);
  base_ = start.after.index;
  if (!start.empty) return;
  last_ = start.after;
  pending_is_all_ = true;
}

std::optional<Ticket> WriteAheadLog::done(std::uint64_t tag, std::vector<FileOperation>& out) {
  if (tag != awaiting_) return std::nullopt;
  awaiting_ = 0;
  const Ticket durable = std::exchange(writing_, Ticket{});
  remove_segments(writing_base_, out);
  if (submitted_ > durable || !pending_.empty()) write_batch(out);
  if (durable == Ticket{}) return std::nullopt;  // the repairs are complete
  return durable;
}

// Submits everything at once, as operations take effect in order.
void WriteAheadLog::write_batch(std::vector<FileOperation>& out) {
  if (std::exchange(pending_is_all_, false)) kept_.back().begins_after = {};
  if (options_.mutations.has(Mutation::compact_before_durable)) remove_segments(base_, out);
  if (snapshot_) replace_snapshot(*std::exchange(snapshot_, {}), hard_state_, options_.mutations, out);
  if (!segment_start_.empty()) create_segment(out);
  RecordWriter(pending_, segment_, batch_start_, batch_start_).pad_to_multiple_of(options_.sector_bytes);
  const std::uint64_t end = batch_start_ + pending_.size();
  writing_ = submitted_;
  writing_base_ = base_;
  awaiting_ = ++last_tag_;
  std::uint64_t from = batch_start_;
  if (const std::size_t first = std::exchange(pending_first_, 0); first != 0) {
    out.push_back(
        {.kind = FileOperation::Kind::write, .file = segment_, .offset = from, .bytes = pending_.substr(0, first)});
    out.push_back({.kind = FileOperation::Kind::fsync, .file = segment_});
    pending_.erase(0, first);
    from += first;
  }
  out.push_back({.kind = FileOperation::Kind::write,
                 .file = segment_,
                 .offset = from,
                 .bytes = std::exchange(pending_, std::string())});
  out.push_back({.kind = FileOperation::Kind::fsync, .file = segment_, .tag = awaiting_});
  // The next batch is written when this one is durable, so its position and synced_through are known now.
  batch_start_ = end;
  if (end >= options_.segment_bytes) begin_segment(segment_ + 1, end);
}

void WriteAheadLog::create_segment(std::vector<FileOperation>& out) {
  out.push_back({.kind = FileOperation::Kind::create, .file = segment_});
  out.push_back({.kind = FileOperation::Kind::write,
                 .file = segment_,
                 .offset = 0,
                 .bytes = std::exchange(segment_start_, std::string())});
  out.push_back({.kind = FileOperation::Kind::fsync, .file = segment_});
  out.push_back({.kind = FileOperation::Kind::fsync_directory});
}

// Removes the segments before the last one that was started when the log ended at `base` or before. In ascending order,
// so that a crash leaves a log that only lacks its beginning.
void WriteAheadLog::remove_segments(Index base, std::vector<FileOperation>& out) {
  if (base == Index{} || kept_.size() < 2) return;
  const auto newest = segment_start_.empty() ? kept_.rbegin() : std::next(kept_.rbegin());  // among those on the disk
  const auto found = std::find_if(newest, kept_.rend(), [base](const auto& kept) { return kept.begins_after <= base; });
  if (found == kept_.rend()) return;
  const auto needed = std::prev(found.base());
  if (needed == kept_.begin()) return;
  for (auto kept = kept_.begin(); kept != needed; ++kept) {
    out.push_back({.kind = FileOperation::Kind::unlink, .file = kept->number});
  }
  out.push_back({.kind = FileOperation::Kind::fsync_directory});
  kept_.erase(kept_.begin(), needed);
}

void WriteAheadLog::begin_segment(std::uint64_t number, std::uint64_t previous_bytes) {
  segment_ = number;
  kept_.push_back({.number = number, .begins_after = last_.index});
  RecordWriter writer(segment_start_, number, 0, 0);
  writer.append(
      SegmentStart{.number = number, .previous_bytes = previous_bytes, .hard_state = hard_state_, .last = last_});
  writer.pad_to_multiple_of(options_.sector_bytes);
  batch_start_ = segment_start_.size();
}

}  // namespace raftsim::core
