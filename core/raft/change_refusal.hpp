// Why a leader does not begin a change of configuration (dissertation, chapter 4).
#pragma once

#include <cstdint>

namespace raftsim::core {

enum class ChangeRefusal : std::uint8_t {
  none,
  not_leader,
  change_under_way,  // the last one is not committed, or still joint
  // No entry of the own term is committed, so that an earlier leader's change may be under way elsewhere (Ongaro, "bug
  // in single-server membership changes", raft-dev, 2015).
  term_not_confirmed,
  transfer_under_way,
  malformed,      // it has no voters, is itself joint, or lets somebody vote and learn
  unchanged,      // it is the configuration in force
  not_caught_up,  // a new voter that is not a learner, or one that is still behind (section 4.2.1)
};

// In words: "it does not lead", ...
[[nodiscard]] const char* describe(ChangeRefusal refusal);

}  // namespace raftsim::core
