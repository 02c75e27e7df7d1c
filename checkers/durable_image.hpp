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

  // An operation of the disk is complete: reads what became durable by it. Returns whether anything did.
  bool follow(const sim::Disk& disk);
  // Reads everything again: a crash has settled what was not yet synced.
  void read_again(const sim::Disk& disk);
  // What the server says of itself; counts only without a disk.
  void take(const core::Observation& said);

  [[nodiscard]] const core::HardState& hard_state() const { return hard_state_; }
  [[nodiscard]] const LogModel& log() const { return log_; }
  [[nodiscard]] bool on_disk() const { return mode_ != core::PersistenceMode::none; }

 private:
  void read(const sim::Disk& disk, std::uint64_t newer_than);
  void link_entries();

  core::PersistenceMode mode_;
  std::uint64_t version_ = 0;  // of the disk's durable image, as read last
  core::DurableState state_;
  core::HardState hard_state_;
  LogModel log_;
};

}  // namespace raftsim::checkers
