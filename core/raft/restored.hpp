// The state that a server starts from: recovered from its disk, or empty.
#pragma once

#include "core/raft/log.hpp"
#include "core/snapshot.hpp"
#include "core/types.hpp"

namespace raftsim::core {

struct Restored {
  HardState hard_state;
  Log log;                       // its base is the last position of the snapshot
  SharedSnapshot snapshot = {};  // null if there is none
  friend bool operator==(const Restored&, const Restored&) = default;
};

}  // namespace raftsim::core
