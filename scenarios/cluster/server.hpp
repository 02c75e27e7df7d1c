// A server under test: a process that also says what it does, in the words of core/observation.hpp. Our own Raft is the
// first implementation; an adapter for another Raft is one more.
#pragma once

#include <stdexcept>
#include <vector>

#include "core/observation.hpp"
#include "sim/process.hpp"

namespace raftsim::scenarios {

class Server : public sim::Process {
 public:
  // What happened during the last call into this process, in order. The reader clears it.
  [[nodiscard]] std::vector<core::Observation>& observations() { return observations_; }

 protected:
  std::vector<core::Observation> observations_;
};

// Thrown by Server::boot when what is on the disk cannot be trusted. what() says where and why.
class RecoveryRefused : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace raftsim::scenarios
