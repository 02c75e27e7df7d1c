#include "core/persistence/state_file.hpp"

#include <utility>

#include "core/assertion.hpp"
#include "core/persistence/record.hpp"

namespace raftsim::core {

StateFile::StateFile() : file_(state_start_bytes, '\0') {}

StateFile::StateFile(const Restored& restored, std::uint64_t repairs_tag)
    : hard_state_(restored.hard_state), file_(state_start_bytes, '\0'), awaiting_(repairs_tag), last_tag_(repairs_tag) {
  encode(Index{1}, restored.log.range(Index{1}, restored.log.last().index));
}

std::optional<Ticket> StateFile::submit(const Write& write, const Log& log, std::vector<FileOperation>& out) {
  RAFTSIM_ASSERT(write.ticket > submitted_, "tickets grow");
  submitted_ = write.ticket;
  if (write.hard_state) hard_state_ = *write.hard_state;
  if (write.has_entries()) encode(write.first, log.range(write.first, write.last));
  if (awaiting_ == 0) replace(out);
  return std::nullopt;
}

std::optional<Ticket> StateFile::done(std::uint64_t tag, std::vector<FileOperation>& out) {
  if (tag != awaiting_) return std::nullopt;
  awaiting_ = 0;
  const Ticket durable = std::exchange(replacing_, Ticket{});
  if (submitted_ > durable) replace(out);
  if (durable == Ticket{}) return std::nullopt;  // it was the repairs that are done
  return durable;
}

// Only what changed is encoded; what did not is kept as it was written last.
void StateFile::encode(Index first, std::span<const Entry> entries) {
  const std::size_t kept = first.value - 1;
  RAFTSIM_ASSERT(kept <= offsets_.size(), "entries follow what is there without a gap");
  if (kept < offsets_.size()) {
    file_.resize(offsets_[kept]);
    offsets_.resize(kept);
  }
  RecordWriter writer(file_, state_file, 0, 0);
  for (const Entry& entry : entries) {
    offsets_.push_back(file_.size());
    writer.append({offsets_.size()}, entry);
  }
}

// The records are bound to the name `state`, under which they are read.
void StateFile::replace(std::vector<FileOperation>& out) {
  using Kind = FileOperation::Kind;
  std::string start;
  RecordWriter(start, state_file, 0, 0).append(StateStart{.hard_state = hard_state_, .entries = offsets_.size()});
  file_.replace(0, start.size(), start);

  replacing_ = submitted_;
  awaiting_ = ++last_tag_;
  out.push_back({.kind = Kind::create, .file = new_state_file});
  out.push_back({.kind = Kind::write, .file = new_state_file, .bytes = file_});
  out.push_back({.kind = Kind::fsync, .file = new_state_file});
  out.push_back({.kind = Kind::rename, .file = new_state_file, .target = state_file});
  out.push_back({.kind = Kind::fsync_directory, .tag = awaiting_});
}

}  // namespace raftsim::core
