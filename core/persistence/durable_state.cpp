#include "core/persistence/durable_state.hpp"

#include <algorithm>

#include "core/little_endian.hpp"
#include "core/persistence/record.hpp"
#include "core/persistence/snapshot_file.hpp"

namespace raftsim::core {
namespace {

DurableEntry digested(const EntryRecord& entry) {
  return {entry.term, digest_of(entry.term, entry.kind, entry.payload)};
}

// The length of the common prefix of a and b, rounded down to the record alignment.
std::uint64_t common_prefix(std::string_view a, std::string_view b, std::uint64_t from) {
  const std::uint64_t size = std::min(a.size(), b.size()) / record_alignment * record_alignment;
  while (from < size && load_u64(a.data() + from) == load_u64(b.data() + from)) from += record_alignment;
  return from;
}

}  // namespace

void DurableState::read(std::uint64_t file, std::string_view bytes) {
  if (file == state_file) read_state(bytes);
  if (is_segment(file)) read_segment(file, bytes);
  if (file == snapshot_file) {
    const auto content = read_snapshot(bytes);
    snapshot_ = content ? std::optional(content->start) : std::nullopt;
  }
}

void DurableState::read_segment(std::uint64_t file, std::string_view bytes) {
  if (file < segment_) return;  // it was complete before its successor was created
  if (file > segment_) {
    segment_ = file;
    offset_ = 0;
  }
  while (const auto record = read_record(file, bytes, offset_)) {
    if (const auto* start = std::get_if<SegmentStart>(&record->body); start != nullptr && !begun_) {
      begun_ = true;
      hard_state_ = start->hard_state;
      log_.base = start->last;
    }
    if (!replay(*record, hard_state_, log_, digested)) return;
    offset_ = record->end();
  }
}

void DurableState::read_state(std::string_view bytes) {
  const auto first = read_record(state_file, bytes, 0);
  const auto* start = first ? std::get_if<StateStart>(&first->body) : nullptr;
  if (start == nullptr) return;
  hard_state_ = start->hard_state;
  // A log usually grows at its end: entries in unchanged bytes are already known.
  const std::uint64_t same = common_prefix(state_, bytes, state_start_bytes);
  const auto known = std::upper_bound(entry_ends_.begin(), entry_ends_.end(), same);
  entry_ends_.erase(known, entry_ends_.end());
  log_.truncate(entry_ends_.size());
  if (entry_ends_.empty()) log_.base = {};  // the file says again where its log begins
  offset_ = entry_ends_.empty() ? state_start_bytes : entry_ends_.back();
  while (const auto record = read_record(state_file, bytes, offset_)) {
    if (!replay(*record, hard_state_, log_, digested)) break;
    offset_ = record->end();
    if (std::holds_alternative<EntryRecord>(record->body)) entry_ends_.push_back(offset_);
  }
  state_.assign(bytes);
}

}  // namespace raftsim::core
