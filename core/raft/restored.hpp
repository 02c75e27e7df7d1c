// What a server starts from: the state that came back from its disk, or nothing yet.
#pragma once

#include "core/raft/log.hpp"
#include "core/snapshot.hpp"
#include "core/types.hpp"

namespace raftsim::core {

struct Restored {
  HardState hard_state;
  Log log;                       // its base is the last position of the snapshot
  SharedSnapshot snapshot = {};  // null when there is none
  friend bool operator==(const Restored&, const Restored&) = default;
};

}  // namespace raftsim::core
