// Memory that survives a crash: the state of a Raft server without a simulated disk.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/persistence/file_operation.hpp"
#include "core/raft/effects.hpp"
#include "core/raft/log.hpp"
#include "core/raft/restored.hpp"

namespace raftsim::core {

// Everything is durable at once and costs nothing.
class Memory {
 public:
  Memory() = default;
  // Holds `state` from the start.
  explicit Memory(const Restored& state) : hard_state_(state.hard_state), log_(state.log), snapshot_(state.snapshot) {}

  std::optional<Ticket> submit(const Write& write, const Log& log, std::vector<FileOperation>& out);
  std::optional<Ticket> done(std::uint64_t tag, std::vector<FileOperation>& out);
  [[nodiscard]] Restored remembered() const { return {hard_state_, log_, snapshot_}; }
  friend bool operator==(const Memory&, const Memory&) = default;

 private:
  HardState hard_state_;
  Log log_;  // from the snapshot on
  SharedSnapshot snapshot_;
};

}  // namespace raftsim::core
