#include "core/persistence/write_ahead_log.hpp"

#include <utility>

#include "core/assertion.hpp"
#include "core/persistence/record.hpp"

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
      awaiting_(repairs_tag),
      last_tag_(repairs_tag) {
  if (end.bytes == 0) {
    begin_segment(end.segment, end.previous_bytes);
  } else if (end.bytes >= options_.segment_bytes || !is_aligned(end.bytes, options_.sector_bytes)) {
    begin_segment(end.segment + 1, end.bytes);
  }
}

std::optional<Ticket> WriteAheadLog::submit(const Write& write, const Log& log, std::vector<FileOperation>& out) {
  RAFTSIM_ASSERT(write.ticket > submitted_, "tickets grow");
  submitted_ = write.ticket;
  if (pending_.empty()) pending_.reserve(256);  // a few small records
  RecordWriter writer(pending_, segment_, batch_start_, batch_start_);
  if (write.hard_state) {
    hard_state_ = *write.hard_state;
    writer.append(hard_state_);
  }
  if (write.has_entries()) {
    RAFTSIM_ASSERT(write.first <= last_.index.next(), "entries follow what is there without a gap");
    Index index = write.first;
    for (const Entry& entry : log.range(write.first, write.last)) {
      writer.append(index, entry);
      last_ = {index, entry.term};
      index = index.next();
    }
  }
  if (awaiting_ == 0) write_batch(out);
  return std::nullopt;
}

std::optional<Ticket> WriteAheadLog::done(std::uint64_t tag, std::vector<FileOperation>& out) {
  if (tag != awaiting_) return std::nullopt;
  awaiting_ = 0;
  const Ticket durable = std::exchange(writing_, Ticket{});
  if (submitted_ > durable) write_batch(out);
  if (durable == Ticket{}) return std::nullopt;  // it was the repairs that are done
  return durable;
}

// Everything goes out at once, as an operation takes effect only after the one before it.
void WriteAheadLog::write_batch(std::vector<FileOperation>& out) {
  if (!segment_start_.empty()) create_segment(out);
  RecordWriter(pending_, segment_, batch_start_, batch_start_).pad_to_multiple_of(options_.sector_bytes);
  const std::uint64_t end = batch_start_ + pending_.size();
  writing_ = submitted_;
  awaiting_ = ++last_tag_;
  out.push_back({.kind = FileOperation::Kind::write,
                 .file = segment_,
                 .offset = batch_start_,
                 .bytes = std::exchange(pending_, std::string())});
  out.push_back({.kind = FileOperation::Kind::fsync, .file = segment_, .tag = awaiting_});
  // The next batch will be written when this one is durable: where, and after what, is known now.
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

void WriteAheadLog::begin_segment(std::uint64_t number, std::uint64_t previous_bytes) {
  segment_ = number;
  RecordWriter writer(segment_start_, number, 0, 0);
  writer.append(
      SegmentStart{.number = number, .previous_bytes = previous_bytes, .hard_state = hard_state_, .last = last_});
  writer.pad_to_multiple_of(options_.sector_bytes);
  batch_start_ = segment_start_.size();
}

}  // namespace raftsim::core
