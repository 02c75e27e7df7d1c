#include "checkers/durable_image.hpp"

#include <algorithm>

namespace raftsim::checkers {

DurableImage::DurableImage(const DurableImage& other)
    : reader_(other.reader_ ? other.reader_->clone() : nullptr),
      hard_state_(other.hard_state_),
      log_(other.log_),
      snapshot_(other.snapshot_) {}

bool DurableImage::follow(const sim::Disk& disk, const LogModel& committed) {
  if (!on_disk() || !reader_->follow(disk)) return false;
  hard_state_ = reader_->hard_state();
  snapshot_ = reader_->snapshot();
  link_entries(committed);
  return true;
}

// The durable log changes at its end: it grows, or it is cut and grows again. So changes are found from the end, and
// the work is proportional to the change. (Logs with the same entry at the same index are equal before it: Log
// Matching, which has its own checker.)
void DurableImage::link_entries(const LogModel& committed) {
  const auto base = reader_->base();
  const auto last = reader_->last_index();
  if (!log_.has(base)) log_.install(base, reader_->snapshot_digest(), committed);
  core::Index same = std::min(log_.last(), last);
  while (same > base.index &&
         log_.chain_at(same) != core::mix(log_.chain_at(same.previous()), reader_->at(same).digest)) {
    same = same.previous();
  }
  log_.truncate_from(same.next());
  for (auto index = same.next(); index <= last; index = index.next()) {
    const auto entry = reader_->at(index);
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
