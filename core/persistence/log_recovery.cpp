#include <optional>
#include <utility>

#include "core/persistence/record.hpp"
#include "core/persistence/recovery.hpp"
#include "core/persistence/replay.hpp"

namespace raftsim::core {
namespace {

// Reads segments in ascending order and keeps the resulting state, except for entries that `snapshot` covers.
class SegmentsReader {
 public:
  explicit SegmentsReader(Index snapshot) : snapshot_(snapshot) {}

  // Reads `file` as far as its records are valid; returns where the valid records end.
  std::variant<std::uint64_t, Corruption> read(std::uint64_t file, std::string_view bytes) {
    std::uint64_t offset = 0;
    while (const auto record = read_record(file, bytes, offset)) {
      const auto* start = std::get_if<SegmentStart>(&record->body);
      if ((offset == 0) != (start != nullptr)) return Corruption{file, offset, "a record that does not belong here"};
      if (start != nullptr) {
        if (auto corruption = begin(file, *start)) return std::move(*corruption);
      }
      if (!replay(*record, hard_state_, log_, [this](const EntryRecord& entry) { return keep(entry); })) {
        return Corruption{file, offset, "an entry is missing before this one"};
      }
      if (const auto* log_start = std::get_if<LogStart>(&record->body); log_start != nullptr && log_start->empty) {
        kept_.back().begins_after = {};
      }
      offset = record->end();
    }
    return offset;
  }
  void next_segment(std::uint64_t bytes) { previous_bytes_ = bytes; }

  [[nodiscard]] WriteAheadLogEnd end(std::uint64_t segment, std::uint64_t bytes) const {
    return {.segment = segment,
            .bytes = bytes,
            .previous_bytes = previous_bytes_,
            .hard_state = hard_state_,
            .last = log_.last(),
            .base = log_.base.index,
            .kept = kept_};
  }
  [[nodiscard]] HardState hard_state() const { return hard_state_; }
  [[nodiscard]] const ReplayedLog<Entry>& log() const& { return log_; }
  [[nodiscard]] ReplayedLog<Entry> log() && { return std::move(log_); }

 private:
  [[nodiscard]] Entry keep(const EntryRecord& entry) const { return entry_after(snapshot_, entry); }

  std::optional<Corruption> begin(std::uint64_t file, const SegmentStart& start) {
    if (kept_.empty() && file > first_segment_file) {  // earlier segments have been removed
      hard_state_ = start.hard_state;
      log_.base = start.last;
    } else if (start.previous_bytes != previous_bytes_) {
      return Corruption{file - 1, previous_bytes_, "the segment has lost or gained bytes at its end"};
    } else if (!(start.hard_state == hard_state_ && start.last == log_.last())) {
      return Corruption{file, 0, "the segment does not continue the one before it"};
    }
    kept_.push_back({.number = file, .begins_after = start.last.index});
    return std::nullopt;
  }

  Index snapshot_;
  HardState hard_state_;
  ReplayedLog<Entry> log_;
  std::vector<KeptSegment> kept_;
  std::uint64_t previous_bytes_ = 0;
};

// Whether a valid record after `offset` says that the file was durable beyond it.
bool was_durable_beyond(std::uint64_t offset, std::uint64_t file, std::string_view bytes) {
  for (std::uint64_t at = offset + record_alignment; at < bytes.size(); at += record_alignment) {
    const auto witness = read_record(file, bytes, at);
    if (witness && witness->synced_through > offset) return true;
  }
  return false;
}

// Truncates the last segment after its valid records, or removes it if it has none.
void repair_end(std::uint64_t file, std::uint64_t valid, std::uint64_t size, Recovered& result) {
  using Kind = FileOperation::Kind;
  if (valid == 0) {
    result.repairs.push_back({.kind = Kind::unlink, .file = file});
    result.notes.push_back("removed " + file_name(file) + ", which had been created but not begun");
  } else {
    if (valid < size) {
      result.torn_tail = true;
      result.repairs.push_back({.kind = Kind::truncate, .file = file, .offset = valid});
      result.notes.push_back("cut " + std::to_string(size - valid) + " torn bytes off " + file_name(file) + " at " +
                             std::to_string(valid));
    }
    result.repairs.push_back({.kind = Kind::fsync, .file = file});
  }
  result.repairs.push_back({.kind = Kind::fsync_directory, .tag = repairs_tag});
}

// Reads the segments; returns the end of the log that remains once a torn tail has been truncated.
std::variant<WriteAheadLogEnd, Corruption> read_segments(const Files& files, bool may_begin_later,
                                                         SegmentsReader& reader, Recovered& result) {
  const auto past_segments = files.lower_bound(state_file);
  auto segment = files.lower_bound(first_segment_file);
  if (segment == past_segments) return WriteAheadLogEnd{};
  std::uint64_t expected = may_begin_later ? segment->first : first_segment_file;
  while (true) {
    const auto [file, bytes] = *segment;
    if (file != expected++) return Corruption{expected - 1, 0, "the segment is missing"};
    const auto read = reader.read(file, bytes);
    if (const auto* corruption = std::get_if<Corruption>(&read)) return *corruption;
    const std::uint64_t valid = std::get<std::uint64_t>(read);

    if (std::next(segment) != past_segments) {
      if (valid == 0 || valid < bytes.size()) return Corruption{file, valid, "damaged record"};
      reader.next_segment(valid);
      ++segment;
      continue;
    }
    // Segments before the first remaining one were removed because later ones were durable.
    const bool begun = file == files.lower_bound(first_segment_file)->first && file > first_segment_file;
    if ((valid == 0 && begun) || (valid < bytes.size() && was_durable_beyond(valid, file, bytes))) {
      return Corruption{file, valid, "damaged record"};
    }
    repair_end(file, valid, bytes.size(), result);
    return reader.end(file, valid);
  }
}

// Returns a corruption if entries between the snapshot and the log are missing.
std::optional<Corruption> gap_before(const ReplayedLog<Entry>& log, Index snapshot, const WriteAheadLogEnd& end) {
  if (log.base.index <= snapshot) return std::nullopt;
  const auto first = end.kept.empty() ? end.segment : end.kept.front().number;
  if (first > first_segment_file) return Corruption{first - 1, 0, "the segment is missing"};
  return Corruption{snapshot_file, 0, "the log begins after the snapshot"};
}

}  // namespace

Recovery recover_log(const Files& files, const SegmentOptions& options) {
  Recovered result;
  const bool repairing = remove_unfinished_snapshot(files, result) || files.contains(snapshot_file);
  const auto found = find_snapshot(files);
  if (const auto* corruption = std::get_if<Corruption>(&found)) return *corruption;
  const auto& snapshot = std::get<std::optional<SnapshotContent>>(found);
  const LogPosition last = snapshot ? snapshot->start.id.last : LogPosition{};

  SegmentsReader reader(last.index);
  auto read = read_segments(files, snapshot.has_value(), reader, result);
  if (const auto* corruption = std::get_if<Corruption>(&read)) return *corruption;
  auto& end = std::get<WriteAheadLogEnd>(read);
  if (auto gap = gap_before(reader.log(), last.index, end)) return std::move(*gap);

  if (repairing && (result.repairs.empty() || result.repairs.back().tag == 0)) {  // no segment needed it
    result.repairs.push_back({.kind = FileOperation::Kind::fsync_directory, .tag = repairs_tag});
  }
  end.log_start = start_after(last, reader.log());
  const HardState hard_state = reader.hard_state();
  result.restored = restore(snapshot, hard_state, std::move(reader).log(), end.log_start, result);
  if (result.restored.hard_state != end.hard_state) end.with_state = result.restored.hard_state;
  result.persistence = Persistence(WriteAheadLog(options, end, result.repairs.empty() ? 0 : repairs_tag));
  return result;
}

Recovery recover(const Files& files, const PersistenceOptions& options) {
  switch (options.mode) {
    case PersistenceMode::append:
      return recover_log(files, options.segments());
    case PersistenceMode::rewrite:
      return recover_state_file(files, options.mutations);
    case PersistenceMode::none:
      break;
  }
  Recovered nothing;
  nothing.persistence = Persistence(options);
  return nothing;
}

}  // namespace raftsim::core
