// How much a leader has appended but not committed, and why it refuses a proposal.
#pragma once

#include <cstdint>

#include "core/assertion.hpp"

namespace raftsim::core {

// Why Raft::propose refuses a batch. Nothing of a refused batch is appended.
enum class Refusal : std::uint8_t {
  none,
  no_commands,           // an empty batch
  not_leader,            // try Raft::leader()
  transferring,          // a transfer is under way: retry with the leader or its successor
  too_much_uncommitted,  // Options::max_uncommitted_bytes
};

// Counts the wire size of the entries after the commit index, of any term and kind. An entry must subtract on commit
// exactly what it added on append; otherwise the leader would end up refusing everything.
class UncommittedBytes {
 public:
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  void add(std::uint64_t bytes) { bytes_ += bytes; }
  void release(std::uint64_t bytes) {
    RAFTSIM_ASSERT(bytes <= bytes_, "no more is committed than was counted");
    bytes_ -= bytes;
  }
  void reset() { bytes_ = 0; }
  // Whether `more` would exceed the limit. If nothing is outstanding, anything is admitted; otherwise a batch larger
  // than the limit could never be proposed.
  [[nodiscard]] bool refuses(std::uint64_t more, std::uint64_t limit) const {
    return limit != 0 && bytes_ != 0 && bytes_ + more > limit;
  }
  friend bool operator==(const UncommittedBytes&, const UncommittedBytes&) = default;

 private:
  std::uint64_t bytes_ = 0;
};

}  // namespace raftsim::core
