#include "sim/disk.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

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

constexpr bool syncs(DiskOperationKind kind) {
  return kind == DiskOperationKind::fsync || kind == DiskOperationKind::fsync_directory;
}

// Names of the decisions about an fsync that fails: no crash has one of these (World::crash).
constexpr std::uint64_t failed_sync = std::uint64_t{1} << 63U;

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
    : settings_(std::move(settings)),
      host_(host.value),
      outcomes_(outcomes_of(settings_)),
      in_force_(settings_.trouble) {}

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
  if (queue_length() == 0 || in_force_.hangs) return std::nullopt;
  return head_done_;
}

// All operations before it have taken effect, so what an fsync has to write back is known.
void Disk::start_head(Time now, const Choices& choices) {
  const DiskOperation& operation = head();
  const Key key{syncs(operation.kind) ? Purpose::fsync_latency : Purpose::disk_latency, host_,
                started_[index_of(operation.kind)]++, static_cast<std::uint64_t>(operation.kind)};
  std::uint64_t nanoseconds = choices.decide(key, cost_of(operation.kind));
  if (operation.kind == DiskOperationKind::fsync && settings_.bytes_per_second > 0) {
    const Directory::Entry* entry = contents_->names.find(operation.file);
    const std::uint64_t bytes = entry == nullptr ? 0 : file_at(entry->slot).dirty_bytes();
    nanoseconds += bytes * nanoseconds_per_second / settings_.bytes_per_second;
  }
  if (slowdown_numerator_ != slowdown_denominator_) {
    nanoseconds = scaled(nanoseconds, slowdown_numerator_, slowdown_denominator_);
  }
  head_done_ = now + Duration(static_cast<std::int64_t>(nanoseconds));
  if (in_force_.hangs) [[unlikely]]
    left_ = head_done_ - now;
}

const Distribution& Disk::cost_of(DiskOperationKind kind) const {
  for (const DiskSettings::Cost& cost : settings_.costs) {
    if (cost.kind == kind) return cost.takes;
  }
  return syncs(kind) ? settings_.fsync_latency : settings_.latency;
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
  operation.error = error_of(operation);
  if (operation.error == DiskError::none) {
    carry_out(operation, choices);
  } else {
    fail(operation, choices);
  }
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

void Disk::carry_out(DiskOperation& operation, const Choices& choices) {
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
      sync(entry(operation), choices);
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

void Disk::sync(const Directory::Entry& entry, const Choices& choices) {
  const FileNumber number = entry.file;  // what it is in may be about to be copied
  const std::uint32_t slot = entry.slot;
  const bool lies = in_force_.lies;
  if (!file_at(slot).dirty()) {
    if (!lies && file_at(slot).breaks_promise()) edit_file(slot).sync(version_);
    return;
  }
  if (lies) ++statistics_.lies;
  statistics_.bytes_synced += file_at(slot).dirty_bytes();
  if (misdirect_) [[unlikely]] {
    go_astray(entry, choices);
  } else {
    edit_file(slot).sync(++version_, lies);
  }
  FileNumber first = number;
  for (const NameChange& change : contents_->unsynced_names) {
    first = std::min(first, change.file);  // durable under a former name
  }
  contents_.edit().changes.add(version_, first);
}

void Disk::sync_directory() {
  const bool lies = in_force_.lies;
  if (contents_->medium_names && !lies) {
    contents_.edit().medium_names.reset();
    contents_.edit().owed_names.clear();
  }
  if (contents_->unsynced_names.empty()) return;
  Contents& contents = contents_.edit();
  ++version_;
  if (lies) {
    ++statistics_.lies;
    if (!contents.medium_names) contents.medium_names = contents.durable_names;
    contents.owed_names.insert(contents.owed_names.end(), contents.unsynced_names.begin(),
                               contents.unsynced_names.end());
  }
  for (const NameChange& change : contents.unsynced_names) {
    apply(change, contents.durable_names);
    contents.changes.add(version_,
                         change.kind == DiskOperationKind::rename ? std::min(change.file, change.target) : change.file);
  }
  contents.unsynced_names.clear();
  if (lies) return;  // the medium still has the files that lost their names
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
  bool breaks_promise = contents.medium_names.has_value();
  if (breaks_promise) reveal_names(contents);
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
    if (!file_at(entry.slot).unsettled()) continue;
    breaks_promise = breaks_promise || file_at(entry.slot).breaks_promise();
    edit_file(entry.slot).crash(decisions(choices, name, entry.file), version_);
    contents.changes.add(version_, entry.file);
  }
  if (breaks_promise) ++broken_promises_;
}

CrashDecisions Disk::decisions(const Choices& choices, std::uint64_t name, FileNumber file) {
  return {choices, host_, name, file, settings_.sector_bytes, outcomes_, statistics_.sectors};
}

// The names that were never synced in truth are unsynced again.
void Disk::reveal_names(Contents& contents) {
  contents.durable_names = *std::exchange(contents.medium_names, std::nullopt);
  contents.owed_names.insert(contents.owed_names.end(), contents.unsynced_names.begin(), contents.unsynced_names.end());
  contents.unsynced_names = std::exchange(contents.owed_names, {});
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

void Disk::change(Time now, DiskSettings settings) {
  settings.sector_bytes = settings_.sector_bytes;
  settings_ = std::move(settings);
  outcomes_ = outcomes_of(settings_);
  note_trouble(now);
}

void Disk::place(FileNumber file, std::string_view bytes) {
  const DiskStatistics before = statistics_;
  const DiskTrouble trouble = std::exchange(in_force_, DiskTrouble{});
  create(file);
  const std::uint32_t slot = contents_->names.find(file)->slot;
  edit_file(slot).write(0, bytes);
  edit_file(slot).sync(++version_);
  contents_.edit().changes.add(version_, file);
  sync_directory();
  in_force_ = trouble;
  statistics_ = before;  // this is no work of the run
}

void Disk::wipe() {
  if (!contents_->durable_names.entries().empty()) ++broken_promises_;
  ChangeHistory changes = contents_->changes;
  changes.add(++version_, 0);
  contents_.edit() = Contents{};
  contents_.edit().changes = std::move(changes);
}

void Disk::set_slowdown(Time now, std::uint32_t numerator, std::uint32_t denominator) {
  if (numerator == 0 || denominator == 0) throw std::logic_error("disk: a slowdown must be above zero");
  if (queue_length() > 0 && in_force_.hangs) {
    const std::uint64_t at_full_speed =
        scaled(static_cast<std::uint64_t>(left_.count()), slowdown_denominator_, slowdown_numerator_);
    left_ = Duration(static_cast<std::int64_t>(scaled(at_full_speed, numerator, denominator)));
  } else if (queue_length() > 0 && head_done_ > now) {
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

// --- trouble ---

void Disk::set_trouble(Time now, DiskTrouble trouble) {
  trouble_ = trouble;
  note_trouble(now);
}

void Disk::note_trouble(Time now) {
  const bool hung = in_force_.hangs;
  in_force_ = settings_.trouble | trouble_;
  if (in_force_.hangs == hung || queue_length() == 0) return;
  if (hung) {
    head_done_ = now + left_;
  } else {
    left_ = std::max(head_done_ - now, Duration(0));
  }
}

DiskError Disk::error_of(const DiskOperation& operation) {
  if (fails(in_force_.failing, operation.kind)) return DiskError::io;
  if (failing_next_.count > 0 && fails(failing_next_.which, operation.kind)) {
    --failing_next_.count;
    return DiskError::io;
  }
  if (!in_force_.full) return DiskError::none;
  const Directory::Entry* found = contents_->names.find(operation.file);
  const std::uint64_t size = found == nullptr ? 0 : file_at(found->slot).cached().size();
  const bool wants_room = operation.kind == DiskOperationKind::create ||
                          (operation.kind == DiskOperationKind::write && operation.offset + operation.size > size) ||
                          (operation.kind == DiskOperationKind::truncate && operation.offset > size);
  return wants_room ? DiskError::no_space : DiskError::none;
}

void Disk::fail(const DiskOperation& operation, const Choices& choices) {
  ++statistics_.errors;
  if (operation.kind != DiskOperationKind::fsync) return;
  const Directory::Entry& found = entry(operation);
  const FileNumber file = found.file;
  const std::uint32_t slot = found.slot;
  if (!file_at(slot).dirty()) return;
  edit_file(slot).fail_sync(decisions(choices, failed_sync | operation.id, file), ++version_);
  contents_.edit().changes.add(version_, 0);
}

std::optional<Disk::Place> Disk::choose_place(const Choices& choices, std::uint64_t name) const {
  const auto long_durable = [&](const Directory::Entry& entry) {
    const File& file = file_at(entry.slot);
    const std::uint64_t size = file.durable().size();
    return file.last_synced_from() == 0 ? size : std::min<std::uint64_t>(file.last_synced_from(), size);
  };
  std::uint64_t total = 0;
  for (const Directory::Entry& entry : contents_->durable_names.entries()) total += long_durable(entry);
  if (total == 0) return std::nullopt;
  const std::uint64_t share = choices.decide({Purpose::damage_place, host_, name},
                                             Distribution::uniform(std::uint64_t{0}, damage_place_range - 1));
  std::uint64_t at = share * total / damage_place_range;  // files are far below 2^32 bytes together
  for (const Directory::Entry& entry : contents_->durable_names.entries()) {
    const std::uint64_t size = long_durable(entry);
    if (at < size) return Place{entry.file, at};
    at -= size;
  }
  return std::nullopt;
}

std::optional<Disk::Place> Disk::rot(const Choices& choices, std::uint64_t name) {
  const std::optional<Place> place = choose_place(choices, name);
  if (!place) return std::nullopt;
  const std::uint64_t bit =
      choices.decide({Purpose::damage_bit, host_, name}, Distribution::uniform(std::uint64_t{0}, std::uint64_t{7}));
  edit_file(contents_->durable_names.find(place->file)->slot).rot(place->offset, static_cast<std::uint8_t>(1U << bit));
  ++statistics_.damaged_bytes;
  return place;
}

// Syncs the file all the same: that is what was promised.
void Disk::go_astray(const Directory::Entry& entry, const Choices& choices) {
  const std::uint32_t slot = entry.slot;
  const std::uint64_t name = *misdirect_;
  std::vector<std::uint64_t> sectors;
  for (const ByteRange& range : file_at(slot).dirty_ranges()) {
    for (std::uint64_t sector = range.begin / settings_.sector_bytes; sector * settings_.sector_bytes < range.end;
         ++sector) {
      if (sectors.empty() || sectors.back() < sector) sectors.push_back(sector);
    }
  }
  const std::optional<Place> place = sectors.empty() ? std::nullopt : choose_place(choices, name);
  const std::string before(file_at(slot).durable());
  edit_file(slot).sync(++version_, in_force_.lies);
  if (!place) return;  // it is for a later one
  misdirect_.reset();
  const std::uint64_t share = choices.decide({Purpose::misdirected_sector, host_, name},
                                             Distribution::uniform(std::uint64_t{0}, damage_place_range - 1));
  const std::uint64_t begin = sectors[share * sectors.size() / damage_place_range] * settings_.sector_bytes;
  const std::string lost(file_at(slot).durable().substr(begin, settings_.sector_bytes));
  std::string old = begin < before.size() ? before.substr(begin, lost.size()) : std::string();
  old.resize(lost.size());  // where the file grew, the medium has zeros
  edit_file(slot).damage(begin, old);
  const std::uint64_t target = place->offset / settings_.sector_bytes * settings_.sector_bytes;
  edit_file(contents_->durable_names.find(place->file)->slot).damage(target, lost);
  statistics_.damaged_bytes += 2 * lost.size();
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
