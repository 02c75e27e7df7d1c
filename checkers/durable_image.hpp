// What a server would recover if the power failed now, as compared by checkers: the term, the vote, and the log.
#pragma once

#include <memory>
#include <utility>

#include "checkers/durable_reader.hpp"
#include "checkers/log_model.hpp"
#include "core/observation.hpp"
#include "core/types.hpp"
#include "sim/disk.hpp"

namespace raftsim::checkers {

// With a reader, the server's reports do not matter: only the bytes that are certain to survive count. Without one
// (memory that survives everything, or files that cannot be read here) the server's reports are trusted.
class DurableImage {
 public:
  // `reader` is fresh, or null. Copies continue with their own readers.
  explicit DurableImage(std::unique_ptr<DurableReader> reader) : reader_(std::move(reader)) {}
  DurableImage(const DurableImage& other);
  DurableImage(DurableImage&&) noexcept = default;
  DurableImage& operator=(const DurableImage&) = delete;
  DurableImage& operator=(DurableImage&&) noexcept = default;
  ~DurableImage() = default;

  // Reads what has become durable, or was changed by a crash, since the last call. Returns whether anything changed.
  // `committed` is everything committed by any server: the entries covered by a snapshot on the disk are taken from
  // there if the disk did not hold them as a log before.
  bool follow(const sim::Disk& disk, const LogModel& committed);
  // What the server reports of itself. It counts only without a reader.
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
  // Includes the entries that the snapshot covers.
  [[nodiscard]] const LogModel& log() const { return log_; }
  // The last position of the snapshot; the base entry if there is none.
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
