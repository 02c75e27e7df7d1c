// What would come back if the power failed now, as checkers compare it: the term, the vote, and the log.
#pragma once

#include <memory>
#include <utility>

#include "checkers/durable_reader.hpp"
#include "checkers/log_model.hpp"
#include "core/observation.hpp"
#include "core/types.hpp"
#include "sim/disk.hpp"

namespace raftsim::checkers {

// With a reader, what the server says does not matter: only the bytes that are certain to survive count. Without one
// (memory that survives everything, or files that nobody here can read) the server is taken at its word.
class DurableImage {
 public:
  // `reader` is fresh, or null. Copies read on with readers of their own.
  explicit DurableImage(std::unique_ptr<DurableReader> reader) : reader_(std::move(reader)) {}
  DurableImage(const DurableImage& other);
  DurableImage(DurableImage&&) noexcept = default;
  DurableImage& operator=(const DurableImage&) = delete;
  DurableImage& operator=(DurableImage&&) noexcept = default;
  ~DurableImage() = default;

  // Reads what has become durable, or was changed by a crash, since the last time. Returns whether there was anything.
  // `committed` is all that has been committed by anybody: what a snapshot on the disk stands for is taken from there,
  // when the disk did not hold it as a log before.
  bool follow(const sim::Disk& disk, const LogModel& committed);
  // What the server says of itself; all of it counts only without a reader.
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
  [[nodiscard]] bool on_disk() const { return reader_ != nullptr; }

 private:
  void link_entries(const LogModel& committed);

  std::unique_ptr<DurableReader> reader_;
  core::HardState hard_state_;
  LogModel log_;
  core::LogPosition snapshot_;
};

}  // namespace raftsim::checkers
