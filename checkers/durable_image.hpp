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
  // Returns whether there was anything.
  bool follow(const sim::Disk& disk);
  // What the server says of itself; counts only without a disk.
  void take(const core::Observation& said);

  [[nodiscard]] const core::HardState& hard_state() const { return hard_state_; }
  [[nodiscard]] const LogModel& log() const { return log_; }
  [[nodiscard]] bool on_disk() const { return mode_ != core::PersistenceMode::none; }

 private:
  [[nodiscard]] bool changed_what_was_read(const sim::Disk& disk) const;
  void link_entries();

  core::PersistenceMode mode_;
  std::uint64_t version_ = 0;  // of the disk's durable image, as read last
  std::uint64_t tail_ = 0;     // the last segment read
  std::uint64_t tail_size_ = 0;
  core::DurableState state_;
  core::HardState hard_state_;
  LogModel log_;
};

}  // namespace raftsim::checkers
