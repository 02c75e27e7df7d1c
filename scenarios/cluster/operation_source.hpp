// What a client does next: an operation drawn from the workload's mix, with values that nobody else ever writes.
#pragma once

#include <cstdint>
#include <vector>

#include "core/machine/operation.hpp"
#include "scenarios/scenario.hpp"
#include "scenarios/wire.hpp"
#include "sim/distribution.hpp"
#include "sim/host.hpp"

namespace raftsim::scenarios {

// Each draw is keyed by the number of the operation among those of its client, so that it does not depend on what was
// answered before, nor on how often a session had to be opened anew. What comes of the draws may depend on that: a
// compare-and-set expects what the client knows, and an append becomes a put when there were four in a row.
class OperationSource {
 public:
  // For client C`number`.
  OperationSource(std::uint32_t number, const Workload& workload);

  // The client's nth operation. What is written says who wrote it and with which command: "C2#17" for sequence 17, then
  // dots up to the size that was drawn. Where values grow by appending, the pieces are "C2#17;".
  [[nodiscard]] core::Operation next(const sim::Host& host, std::uint64_t nth, std::uint64_t sequence);
  // How to read, when the nth operation is a get.
  [[nodiscard]] ReadMode read_mode(const sim::Host& host, std::uint64_t nth) const;
  // What came of it: the next compare-and-set expects it.
  void answered(const core::Operation& operation, const core::Answer& answer);

 private:
  // Of one key, as far as this client knows.
  struct Known {
    core::Bytes value;
    std::uint32_t appends = 0;  // of this client's, since it put last
  };
  [[nodiscard]] core::Bytes value(std::uint64_t sequence, std::uint64_t size, char filler) const;

  std::uint32_t number_;
  sim::Distribution kinds_;
  sim::Distribution keys_;
  sim::Distribution read_modes_;
  sim::Distribution sizes_;
  std::vector<Known> known_;  // by key; empty when nothing of this workload needs it
};

}  // namespace raftsim::scenarios
