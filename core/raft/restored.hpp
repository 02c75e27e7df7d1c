// What a server starts from: the state that came back from its disk, or nothing yet.
#pragma once

#include "core/raft/log.hpp"
#include "core/types.hpp"

namespace raftsim::core {

struct Restored {
  HardState hard_state;
  Log log;
  friend bool operator==(const Restored&, const Restored&) = default;
};

}  // namespace raftsim::core
