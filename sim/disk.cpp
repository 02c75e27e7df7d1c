#include "sim/disk.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace raftsim::sim {

namespace {

std::vector<FileNumber> numbers_of(const Directory& names) {
  std::vector<FileNumber> numbers;
  numbers.reserve(names.entries().size());
  for (const Directory::Entry& entry : names.entries()) numbers.push_back(entry.file);
  return numbers;
}

Distribution outcomes_of(const DiskSettings& settings) {
  const auto part = [](std::uint32_t weight, SectorOutcome outcome) {
    return Distribution::Part{weight, static_cast<std::uint64_t>(outcome), static_cast<std::uint64_t>(outcome)};
  };
  return {{part(settings.weight_old, SectorOutcome::old), part(settings.weight_new, SectorOutcome::fresh),
           part(settings.weight_torn, SectorOutcome::torn), part(settings.weight_garbage, SectorOutcome::garbage)}};
}

constexpr std::size_t index_of(DiskOperationKind kind) { return static_cast<std::size_t>(kind); }

constexpr std::uint64_t nanoseconds_per_second = 1'000'000'000;
constexpr std::uint64_t longest = std::uint64_t{1} << 61U;  // 73 years: with any time of a run added, still a time

// Without overflow: a day a million times slower is more than 64 bits of nanoseconds.
std::uint64_t scaled(std::uint64_t nanoseconds, std::uint32_t numerator, std::uint32_t denominator) {
  const std::uint64_t whole = nanoseconds / denominator;
  if (whole >= longest / numerator) return longest;
  return whole * numerator + nanoseconds % denominator * numerator / denominator;
}

}  // namespace

Disk::Disk(DiskSettings settings, HostId host)
    : settings_(std::move(settings)), host_(host.value), outcomes_(outcomes_of(settings_)) {}

// --- the queue ---

OperationId Disk::submit(Time now, EventId cause, DiskOperation&& operation, const Choices& choices) {
  operation.id = ++last_operation_;
  operation.size = operation.bytes.size();
  operation.cause = cause;
  operation.submitted = now;
  queue_.push_back(std::move(operation));
  if (queue_length() == 1) start_head(now, choices);
  statistics_.longest_queue = std::max(statistics_.longest_queue, queue_length());
  return last_operation_;
}

std::optional<Time> Disk::busy_until() const {
  if (queue_length() == 0) return std::nullopt;
  return head_done_;
}

// All operations before it have taken effect, so what an fsync has to write back is known.
void Disk::start_head(Time now, const Choices& choices) {
  const DiskOperation& operation = head();
  const bool syncs = operation.kind == DiskOperationKind::fsync || operation.kind == DiskOperationKind::fsync_directory;
  const Key key{syncs ? Purpose::fsync_latency : Purpose::disk_latency, host_, started_[index_of(operation.kind)]++,
                static_cast<std::uint64_t>(operation.kind)};
  std::uint64_t nanoseconds = choices.decide(key, syncs ? settings_.fsync_latency : settings_.latency);
  if (operation.kind == DiskOperationKind::fsync && settings_.bytes_per_second > 0) {
    const Directory::Entry* entry = contents_->names.find(operation.file);
    const std::uint64_t bytes = entry == nullptr ? 0 : file_at(entry->slot).dirty_bytes();
    nanoseconds += bytes * nanoseconds_per_second / settings_.bytes_per_second;
  }
  if (slowdown_numerator_ != slowdown_denominator_) {
    nanoseconds = scaled(nanoseconds, slowdown_numerator_, slowdown_denominator_);
  }
  head_done_ = now + Duration(static_cast<std::int64_t>(nanoseconds));
}

DiskOperation Disk::complete_head(Time now, const Choices& choices) {
  DiskOperation operation = std::move(queue_[head_]);
  ++head_;
  if (head_ == queue_.size()) {
    queue_.clear();
    head_ = 0;
  } else if (head_ >= 64 && head_ * 2 >= queue_.size()) {
    queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }
  carry_out(operation);
  ++statistics_.operations[index_of(operation.kind)];
  if (queue_length() > 0) start_head(now, choices);
  return operation;
}

// --- what operations do ---

const Directory::Entry& Disk::entry(const DiskOperation& operation) const {
  const Directory::Entry* found = contents_->names.find(operation.file);
  if (found == nullptr) {
    throw std::logic_error(std::string("disk: ") + name_of(operation.kind) + " of file " +
                           std::to_string(operation.file) + ", which does not exist");
  }
  return *found;
}

void Disk::carry_out(DiskOperation& operation) {
  switch (operation.kind) {
    case DiskOperationKind::create:
      create(operation.file);
      break;
    case DiskOperationKind::write:
      edit_file(entry(operation).slot).write(operation.offset, operation.bytes);
      statistics_.bytes_written += operation.size;
      break;
    case DiskOperationKind::truncate:
      edit_file(entry(operation).slot).truncate(operation.offset);
      break;
    case DiskOperationKind::fsync:
      sync(entry(operation));
      break;
    case DiskOperationKind::rename:
      if (operation.file == operation.target) break;
      change_names({operation.kind, operation.file, operation.target, entry(operation).slot});
      break;
    case DiskOperationKind::unlink:
      change_names({operation.kind, operation.file, 0, entry(operation).slot});
      break;
    case DiskOperationKind::fsync_directory:
      sync_directory();
      break;
  }
}

void Disk::create(FileNumber file) {
  if (const Directory::Entry* existing = contents_->names.find(file)) {
    edit_file(existing->slot).truncate(0);
    return;
  }
  Contents& contents = contents_.edit();
  std::uint32_t slot = 0;
  if (contents.free.empty()) {
    slot = static_cast<std::uint32_t>(contents.files.size());
    contents.files.emplace_back();
  } else {
    slot = contents.free.back();
    contents.free.pop_back();
  }
  change_names({DiskOperationKind::create, file, 0, slot});
}

void Disk::change_names(NameChange change) {
  Contents& contents = contents_.edit();
  if (const auto unnamed = apply(change, contents.names)) contents.unnamed.push_back(*unnamed);
  contents.unsynced_names.push_back(change);
}

// Returns the file that lost its name by this.
std::optional<std::uint32_t> Disk::apply(const NameChange& change, Directory& names) const {
  switch (change.kind) {
    case DiskOperationKind::create:
      return names.set({change.file, change.slot, version_});
    case DiskOperationKind::rename:
      names.erase(change.file);
      return names.set({change.target, change.slot, version_});
    default:
      names.erase(change.file);
      return change.slot;
  }
}

void Disk::sync(const Directory::Entry& entry) {
  const FileNumber number = entry.file;  // what it is in may be about to be copied
  const std::uint32_t slot = entry.slot;
  if (!file_at(slot).dirty()) return;
  statistics_.bytes_synced += file_at(slot).dirty_bytes();
  edit_file(slot).sync(++version_);
  FileNumber first = number;
  for (const NameChange& change : contents_->unsynced_names) {
    first = std::min(first, change.file);  // durable under a former name
  }
  contents_.edit().changes.add(version_, first);
}

void Disk::sync_directory() {
  if (contents_->unsynced_names.empty()) return;
  Contents& contents = contents_.edit();
  ++version_;
  for (const NameChange& change : contents.unsynced_names) {
    apply(change, contents.durable_names);
    contents.changes.add(version_,
                         change.kind == DiskOperationKind::rename ? std::min(change.file, change.target) : change.file);
  }
  contents.unsynced_names.clear();
  for (const std::uint32_t slot : contents.unnamed) {
    contents.files[slot].edit().clear();
    contents.free.push_back(slot);
  }
  contents.unnamed.clear();
}

// --- faults ---

void Disk::crash(const Choices& choices, std::uint64_t name) {
  last_crash_ = name;
  statistics_.dropped += queue_length();
  queue_.clear();
  head_ = 0;
  ++version_;
  Contents& contents = contents_.edit();
  auto& unsynced_names = contents.unsynced_names;
  if (!unsynced_names.empty()) {
    // How many there are must not change what is decided.
    const std::uint64_t share = choices.decide({Purpose::metadata_survival, host_, name},
                                               Distribution::uniform(std::uint64_t{0}, metadata_survival_range - 1));
    const std::uint64_t kept = share * (unsynced_names.size() + 1) / metadata_survival_range;
    for (std::size_t i = 0; i < kept; ++i) apply(unsynced_names[i], contents.durable_names);
    unsynced_names.clear();
    contents.names = contents.durable_names;
    contents.changes.add(version_, 0);
    recycle_unnamed_files(contents);
  }
  for (const Directory::Entry& entry : contents.names.entries()) {
    if (!file_at(entry.slot).dirty()) continue;
    const CrashDecisions decisions{
        choices, host_, name, entry.file, settings_.sector_bytes, outcomes_, statistics_.sectors};
    edit_file(entry.slot).crash(decisions, version_);
    contents.changes.add(version_, entry.file);
  }
}

void Disk::recycle_unnamed_files(Contents& contents) {
  std::vector<bool> named(contents.files.size(), false);
  for (const Directory::Entry& entry : contents.names.entries()) named[entry.slot] = true;
  contents.free.clear();
  contents.unnamed.clear();
  for (std::uint32_t slot = 0; slot < contents.files.size(); ++slot) {
    if (named[slot]) continue;
    contents.files[slot].edit().clear();
    contents.free.push_back(slot);
  }
}

void Disk::change(DiskSettings settings) {
  settings.sector_bytes = settings_.sector_bytes;
  settings_ = std::move(settings);
  outcomes_ = outcomes_of(settings_);
}

void Disk::wipe() {
  ChangeHistory changes = contents_->changes;
  changes.add(++version_, 0);
  contents_.edit() = Contents{};
  contents_.edit().changes = std::move(changes);
}

void Disk::set_slowdown(Time now, std::uint32_t numerator, std::uint32_t denominator) {
  if (numerator == 0 || denominator == 0) throw std::logic_error("disk: a slowdown must be above zero");
  if (queue_length() > 0 && head_done_ > now) {
    const auto left = static_cast<std::uint64_t>((head_done_ - now).count());
    const std::uint64_t at_full_speed = scaled(left, slowdown_denominator_, slowdown_numerator_);
    head_done_ = now + Duration(static_cast<std::int64_t>(scaled(at_full_speed, numerator, denominator)));
  }
  slowdown_numerator_ = numerator;
  slowdown_denominator_ = denominator;
}

void Disk::corrupt(FileNumber file, std::uint64_t offset, std::uint8_t mask) {
  const Directory::Entry* entry = contents_->durable_names.find(file);
  if (entry == nullptr || offset >= file_at(entry->slot).durable().size()) {
    throw std::logic_error("disk: corrupt: file " + std::to_string(file) + " has no durable byte " +
                           std::to_string(offset));
  }
  edit_file(entry->slot).flip(offset, mask, ++version_);
  contents_.edit().changes.add(version_, file);
}

// --- reading ---

std::vector<FileNumber> Disk::files() const { return numbers_of(contents_->names); }

std::string_view Disk::read(FileNumber file) const {
  const Directory::Entry* entry = contents_->names.find(file);
  return entry == nullptr ? std::string_view() : file_at(entry->slot).cached();
}

std::vector<FileNumber> Disk::durable_files() const { return numbers_of(contents_->durable_names); }

std::span<const Directory::Entry> Disk::durable_directory(std::uint64_t version) const {
  return contents_->durable_names.from(contents_->changes.changed_from(version, ~FileNumber{0}));
}

std::string_view Disk::durable(FileNumber file) const {
  const Directory::Entry* entry = contents_->durable_names.find(file);
  return entry == nullptr ? std::string_view() : durable(*entry);
}

std::uint64_t Disk::durable_version(FileNumber file) const {
  const Directory::Entry* entry = contents_->durable_names.find(file);
  return entry == nullptr ? 0 : durable_version(*entry);
}

std::uint64_t Disk::durable_changed_from(FileNumber file, std::uint64_t version) const {
  const Directory::Entry* entry = contents_->durable_names.find(file);
  return entry == nullptr ? 0 : durable_changed_from(*entry, version);
}

std::uint64_t Disk::durable_changed_from(const Directory::Entry& entry, std::uint64_t version) const {
  if (version < entry.since) return 0;
  const File& held = file_at(entry.slot);
  return held.history().changed_from(version, held.durable().size());
}

}  // namespace raftsim::sim
