// What would come back if the power failed now, read from the bytes of the disk.
#pragma once

#include <cstdint>

#include "checkers/log_model.hpp"
#include "core/observation.hpp"
#include "core/persistence/durable_state.hpp"
#include "core/persistence/persistence.hpp"
#include "core/types.hpp"
#include "sim/disk.hpp"

namespace raftsim::checkers {

// With a disk, what the server says does not matter: only the bytes that are certain to survive count. Without one
// (PersistenceMode::none) memory survives everything, and the server is taken at its word.
class DurableImage {
 public:
  explicit DurableImage(core::PersistenceMode mode) : mode_(mode) {}

  // Reads what has become durable, or was changed by a crash, since the last time; each byte once unless it changed.
  // Returns whether there was anything. `committed` is all that has been committed by anybody: what a snapshot on the
  // disk stands for is taken from there, when the disk did not hold it as a log before.
  bool follow(const sim::Disk& disk, const LogModel& committed);
  // What the server says of itself; all of it counts only without a disk.
  void remember(const core::HardState& hard_state) {
    if (!on_disk()) hard_state_ = hard_state;
  }
  void append(const core::Appended& appended);
  void truncate_from(core::Index first) {
    if (!on_disk()) log_.truncate_from(first);
  }
  void snapshot_at(core::LogPosition last) {
    if (!on_disk()) snapshot_ = last;
  }
  void install(const core::InstalledSnapshot& installed, const LogModel& committed);

  void forget_before(core::Index index) { log_.forget_before(index); }

  [[nodiscard]] const core::HardState& hard_state() const { return hard_state_; }
  // With what the snapshot stands for.
  [[nodiscard]] const LogModel& log() const { return log_; }
  // The last position of the snapshot; the base entry when there is none.
  [[nodiscard]] core::LogPosition snapshot() const { return snapshot_; }
  // What the disk says of its snapshot; null when there is none, or no disk.
  [[nodiscard]] const core::SnapshotStart* snapshot_on_disk() const {
    return state_.snapshot() ? &*state_.snapshot() : nullptr;
  }
  [[nodiscard]] bool on_disk() const { return mode_ != core::PersistenceMode::none; }

 private:
  [[nodiscard]] bool changed_what_was_read(const sim::Disk& disk) const;
  void link_entries(const LogModel& committed);

  core::PersistenceMode mode_;
  std::uint64_t version_ = 0;  // of the disk's durable image, as read last
  std::uint64_t tail_ = 0;     // the last segment read
  std::uint64_t tail_size_ = 0;
  core::DurableState state_;
  core::HardState hard_state_;
  LogModel log_;
  core::LogPosition snapshot_;
};

}  // namespace raftsim::checkers
