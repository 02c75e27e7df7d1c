// Reads the files of core/persistence: a write-ahead log in segments, or a state file, and a snapshot.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "checkers/durable_reader.hpp"
#include "core/persistence/durable_state.hpp"
#include "sim/directory.hpp"

namespace raftsim::checkers {

// Reads each byte once, unless it changed.
class CoreDurableReader final : public DurableReader {
 public:
  bool follow(const sim::Disk& disk) override;
  [[nodiscard]] core::HardState hard_state() const override { return state_.hard_state(); }
  [[nodiscard]] core::LogPosition snapshot() const override {
    return state_.snapshot() ? state_.snapshot()->id.last : core::LogPosition{};
  }
  [[nodiscard]] core::Digest snapshot_digest() const override {
    return state_.snapshot() ? state_.snapshot()->id.digest : 0;
  }
  [[nodiscard]] core::LogPosition base() const override { return state_.base(); }
  [[nodiscard]] core::Index last_index() const override { return state_.last_index(); }
  [[nodiscard]] core::DurableEntry at(core::Index index) const override { return state_.at(index); }
  [[nodiscard]] std::unique_ptr<DurableReader> clone() const override {
    return std::make_unique<CoreDurableReader>(*this);
  }

 private:
  using Changed = std::span<const sim::Directory::Entry>;
  [[nodiscard]] bool changed_what_was_read(const sim::Disk& disk, Changed changed) const;

  std::uint64_t version_ = 0;  // version of the disk's durable image as last read
  std::uint64_t tail_ = 0;     // the last segment read
  std::uint64_t tail_size_ = 0;
  core::DurableState state_;
};

}  // namespace raftsim::checkers
