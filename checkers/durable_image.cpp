#include "checkers/durable_image.hpp"

#include <algorithm>

namespace raftsim::checkers {

bool DurableImage::follow(const sim::Disk& disk, const LogModel& committed) {
  if (!on_disk() || disk.durable_version() == version_) return false;
  if (changed_what_was_read(disk)) {
    state_.clear();
    version_ = 0;
  }
  for (const auto& entry : disk.durable_directory(version_)) {
    if (disk.durable_version(entry.file) <= version_) continue;
    const auto bytes = disk.durable(entry.file);
    state_.read(entry.file, bytes);
    if (core::is_segment(entry.file)) {
      tail_ = entry.file;
      tail_size_ = bytes.size();
    }
  }
  version_ = disk.durable_version();
  hard_state_ = state_.hard_state();
  snapshot_ = state_.snapshot() ? state_.snapshot()->id.last : core::LogPosition{};
  link_entries(committed);
  return true;
}

// A log on a disk only grows, but for what a crash tears and the repair after it, and for segments that are removed at
// its beginning, of which nothing is needed.
bool DurableImage::changed_what_was_read(const sim::Disk& disk) const {
  for (const auto& entry : disk.durable_directory(version_)) {
    if (!core::is_segment(entry.file) || disk.durable_version(entry.file) <= version_) continue;
    if (entry.file < tail_) return true;
    if (entry.file == tail_ && disk.durable_changed_from(entry.file, version_) < tail_size_) return true;
  }
  return false;
}

// The durable log changes at its end: it grows, or it is cut and grows again. So what is new is found from the end,
// and the work is in proportion to it. (Logs with the same entry at the same index are equal before it: log matching,
// which has a checker of its own.)
void DurableImage::link_entries(const LogModel& committed) {
  const auto base = state_.base();
  if (!log_.has(base)) log_.install(base, state_.snapshot() ? state_.snapshot()->id.digest : 0, committed);
  core::Index same = std::min(log_.last(), state_.last_index());
  while (same > base.index &&
         log_.chain_at(same) != core::mix(log_.chain_at(same.previous()), state_.at(same).digest)) {
    same = same.previous();
  }
  log_.truncate_from(same.next());
  for (auto index = same.next(); index <= state_.last_index(); index = index.next()) {
    const auto& entry = state_.at(index);
    log_.append(entry.term, entry.digest);
  }
}

void DurableImage::append(const core::Appended& appended) {
  if (on_disk()) return;
  log_.truncate_from(appended.position.index);
  log_.append(appended.position.term, appended.entry);
}

void DurableImage::install(const core::InstalledSnapshot& installed, const LogModel& committed) {
  if (on_disk()) return;
  snapshot_ = installed.last;
  log_.install(snapshot_, installed.snapshot, committed);
  log_.truncate_from(std::max(installed.last.index, installed.log_last).next());
}

}  // namespace raftsim::checkers
