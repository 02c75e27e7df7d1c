#include <optional>
#include <utility>

#include "core/persistence/record.hpp"
#include "core/persistence/recovery.hpp"
#include "core/persistence/replay.hpp"

namespace raftsim::core {
namespace {

// Reads segments in ascending order and keeps what they amount to.
class SegmentsReader {
 public:
  // Reads `file` as far as its records are valid; returns where that ends.
  std::variant<std::uint64_t, Corruption> read(std::uint64_t file, std::string_view bytes) {
    std::uint64_t offset = 0;
    while (const auto record = read_record(file, bytes, offset)) {
      const auto* start = std::get_if<SegmentStart>(&record->body);
      if ((offset == 0) != (start != nullptr)) return Corruption{file, offset, "a record that does not belong here"};
      if (start != nullptr && start->previous_bytes != previous_bytes_) {
        return Corruption{file - 1, previous_bytes_, "the segment has lost or gained bytes at its end"};
      }
      if (start != nullptr && !(start->hard_state == hard_state_ && start->last == last())) {
        return Corruption{file, offset, "the segment does not continue the one before it"};
      }
      if (!replay(*record, hard_state_, entries_, [](const EntryRecord& entry) { return entry.entry(); })) {
        return Corruption{file, offset, "an entry is missing before this one"};
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
            .last = last()};
  }
  [[nodiscard]] Restored restored() && { return {hard_state_, Log(std::move(entries_))}; }

 private:
  [[nodiscard]] LogPosition last() const {
    return entries_.empty() ? LogPosition{} : LogPosition{{entries_.size()}, entries_.back().term};
  }

  HardState hard_state_;
  std::vector<Entry> entries_;
  std::uint64_t previous_bytes_ = 0;
};

// Whether a valid record after `offset` says that the file had been durable beyond it.
bool was_durable_beyond(std::uint64_t offset, std::uint64_t file, std::string_view bytes) {
  for (std::uint64_t at = offset + record_alignment; at < bytes.size(); at += record_alignment) {
    const auto witness = read_record(file, bytes, at);
    if (witness && witness->synced_through > offset) return true;
  }
  return false;
}

// Makes the last segment end where its valid records do.
void repair_end(std::uint64_t file, std::uint64_t valid, std::uint64_t size, Recovered& result) {
  using Kind = FileOperation::Kind;
  if (valid == 0) {
    result.repairs.push_back({.kind = Kind::unlink, .file = file});
    result.notes.push_back("removed " + file_name(file) + ", which had been created but not begun");
  } else {
    if (valid < size) {
      result.repairs.push_back({.kind = Kind::truncate, .file = file, .offset = valid});
      result.notes.push_back("cut " + std::to_string(size - valid) + " torn bytes off " + file_name(file) + " at " +
                             std::to_string(valid));
    }
    result.repairs.push_back({.kind = Kind::fsync, .file = file});
  }
  result.repairs.push_back({.kind = Kind::fsync_directory, .tag = repairs_tag});
}

}  // namespace

Recovery recover_log(const Files& files, const SegmentOptions& options) {
  const auto past_segments = files.lower_bound(state_file);
  std::uint64_t expected = first_segment_file;
  SegmentsReader reader;
  Recovered result;
  result.persistence = Persistence(WriteAheadLog(options, {}, 0));
  for (auto segment = files.lower_bound(first_segment_file); segment != past_segments; ++segment, ++expected) {
    const auto [file, bytes] = *segment;
    if (file != expected) return Corruption{expected, 0, "the segment is missing"};
    const auto read = reader.read(file, bytes);
    if (const auto* corruption = std::get_if<Corruption>(&read)) return *corruption;
    const std::uint64_t valid = std::get<std::uint64_t>(read);

    if (std::next(segment) != past_segments) {
      if (valid == 0 || valid < bytes.size()) return Corruption{file, valid, "damaged record"};
      reader.next_segment(valid);
      continue;
    }
    if (valid < bytes.size() && was_durable_beyond(valid, file, bytes)) {
      return Corruption{file, valid, "damaged record"};
    }
    repair_end(file, valid, bytes.size(), result);
    result.persistence = Persistence(WriteAheadLog(options, reader.end(file, valid), repairs_tag));
  }
  result.restored = std::move(reader).restored();
  return result;
}

Recovery recover(const Files& files, const PersistenceOptions& options) {
  switch (options.mode) {
    case PersistenceMode::append:
      return recover_log(files, options.segments());
    case PersistenceMode::rewrite:
      return recover_state_file(files);
    case PersistenceMode::none:
      break;
  }
  Recovered nothing;
  nothing.persistence = Persistence(options);
  return nothing;
}

}  // namespace raftsim::core
