// How much a leader has proposed and not committed, and why it refuses to propose more.
#pragma once

#include <cstdint>

#include "core/assertion.hpp"

namespace raftsim::core {

// What Raft::propose does not take, and why. Nothing of a refused batch is in the log.
enum class Refusal : std::uint8_t {
  none,
  no_commands,           // an empty batch
  not_leader,            // ask Raft::leader()
  transferring,          // the leader hands over: ask again, it or its successor
  too_much_uncommitted,  // Options::max_uncommitted_bytes
};

// Counts the wire size of the entries after the commit index: of this term and of those before, commands and others
// alike. What an entry adds when it is appended and what it takes away when it is committed is the same number, or the
// leader would end up refusing everything.
class UncommittedBytes {
 public:
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  void add(std::uint64_t bytes) { bytes_ += bytes; }
  void release(std::uint64_t bytes) {
    RAFTSIM_ASSERT(bytes <= bytes_, "no more is committed than was counted");
    bytes_ -= bytes;
  }
  void reset() { bytes_ = 0; }
  // Whether `more` would exceed the limit. When nothing is outstanding anything is admitted, or a batch that is larger
  // than the limit could never be proposed.
  [[nodiscard]] bool refuses(std::uint64_t more, std::uint64_t limit) const {
    return limit != 0 && bytes_ != 0 && bytes_ + more > limit;
  }
  friend bool operator==(const UncommittedBytes&, const UncommittedBytes&) = default;

 private:
  std::uint64_t bytes_ = 0;
};

}  // namespace raftsim::core
