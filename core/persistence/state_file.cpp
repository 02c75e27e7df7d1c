#include "core/persistence/state_file.hpp"

#include <utility>

#include "core/assertion.hpp"
#include "core/persistence/record.hpp"
#include "core/persistence/snapshot_file.hpp"

namespace raftsim::core {

StateFile::StateFile(Mutations mutations) : file_(state_start_bytes, '\0'), mutations_(mutations) {}

StateFile::StateFile(const Restored& restored, std::uint64_t repairs_tag, Mutations mutations)
    : hard_state_(restored.hard_state), awaiting_(repairs_tag), last_tag_(repairs_tag), mutations_(mutations) {
  start_after(restored.log.base(), restored.log);
}

std::optional<Ticket> StateFile::submit(const Write& write, const Log& log, std::vector<FileOperation>& out) {
  RAFTSIM_ASSERT(write.ticket > submitted_, "tickets grow");
  submitted_ = write.ticket;
  if (write.hard_state) hard_state_ = *write.hard_state;
  if (write.snapshot) {
    snapshot_ = write.snapshot;
    start_after(snapshot_->last, log);
  } else if (write.has_entries()) {
    encode(write.first, log.range(write.first, write.last));
  }
  if (awaiting_ == 0) replace(out);
  return std::nullopt;
}

std::optional<Ticket> StateFile::done(std::uint64_t tag, std::vector<FileOperation>& out) {
  if (tag != awaiting_) return std::nullopt;
  awaiting_ = 0;
  const Ticket durable = std::exchange(replacing_, Ticket{});
  if (submitted_ > durable) replace(out);
  if (durable == Ticket{}) return std::nullopt;  // the repairs are complete
  return durable;
}

// A record's checksum covers its offset, so all records after a new base are encoded again.
void StateFile::start_after(LogPosition base, const Log& log) {
  base_ = base;
  offsets_.clear();
  file_.assign(state_start_bytes, '\0');
  if (base_.index > Index{}) RecordWriter(file_, state_file, 0, 0).append(LogStart{.after = base_, .empty = true});
  encode(base_.index.next(), log.range(base_.index.next(), log.last().index));
}

// Encodes only what changed; keeps the rest as last written.
void StateFile::encode(Index first, const Log::Range& entries) {
  RAFTSIM_ASSERT(first > base_.index, "what a snapshot stands for is not written again");
  const std::size_t kept = distance(base_.index, first) - 1;
  RAFTSIM_ASSERT(kept <= offsets_.size(), "entries follow what is there without a gap");
  if (kept < offsets_.size()) {
    file_.resize(offsets_[kept]);
    offsets_.resize(kept);
  }
  RecordWriter writer(file_, state_file, 0, 0);
  for (const Entry& entry : entries) {
    offsets_.push_back(file_.size());
    writer.append(base_.index + offsets_.size(), entry);
  }
}

// The checksums of the records cover the name `state`, under which they are read.
void StateFile::replace(std::vector<FileOperation>& out) {
  using Kind = FileOperation::Kind;
  std::string start;
  RecordWriter(start, state_file, 0, 0).append(StateStart{.hard_state = hard_state_, .entries = offsets_.size()});
  file_.replace(0, start.size(), start);

  if (snapshot_) replace_snapshot(*std::exchange(snapshot_, {}), hard_state_, mutations_, out);
  replacing_ = submitted_;
  awaiting_ = ++last_tag_;
  out.push_back({.kind = Kind::create, .file = new_state_file});
  out.push_back({.kind = Kind::write, .file = new_state_file, .bytes = file_});
  out.push_back({.kind = Kind::fsync, .file = new_state_file});
  out.push_back({.kind = Kind::rename, .file = new_state_file, .target = state_file});
  out.push_back({.kind = Kind::fsync_directory, .tag = awaiting_});
}

}  // namespace raftsim::core
