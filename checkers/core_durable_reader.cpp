#include "checkers/core_durable_reader.hpp"

namespace raftsim::checkers {

bool CoreDurableReader::follow(const sim::Disk& disk) {
  if (disk.durable_version() == version_) return false;
  auto changed = disk.durable_directory(version_);
  // Another disk, an empty one: what was removed is not among what has changed.
  if (changed.empty() && disk.durable_directory(0).empty()) {
    state_.clear();
    tail_ = {};
    tail_size_ = 0;
  }
  if (changed_what_was_read(disk, changed)) {
    state_.clear();
    version_ = 0;
    changed = disk.durable_directory(version_);
  }
  for (const auto& entry : changed) {
    if (disk.durable_version(entry) <= version_) continue;
    const auto bytes = disk.durable(entry);
    state_.read(entry.file, bytes);
    if (core::is_segment(entry.file)) {
      tail_ = entry.file;
      tail_size_ = bytes.size();
    }
  }
  version_ = disk.durable_version();
  return true;
}

// A log on disk only grows, except for torn writes in a crash, the repair after it, and the removal of obsolete
// segments at its beginning.
bool CoreDurableReader::changed_what_was_read(const sim::Disk& disk, Changed changed) const {
  for (const auto& entry : changed) {
    if (entry.file > tail_ || !core::is_segment(entry.file) || disk.durable_version(entry) <= version_) continue;
    if (entry.file < tail_ || disk.durable_changed_from(entry, version_) < tail_size_) return true;
  }
  return false;
}

}  // namespace raftsim::checkers
