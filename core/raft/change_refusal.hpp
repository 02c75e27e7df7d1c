// Why a leader refuses to begin a configuration change (dissertation, chapter 4).
#pragma once

#include <cstdint>

namespace raftsim::core {

enum class ChangeRefusal : std::uint8_t {
  none,
  not_leader,
  change_under_way,  // the last configuration is not committed, or is joint
  // No entry of its own term is committed, so an earlier leader's change may be under way elsewhere (Ongaro, "bug in
  // single-server membership changes", raft-dev, 2015).
  term_not_confirmed,
  transfer_under_way,
  malformed,      // it has no voters, is itself joint, or lists a server as voter and learner
  unchanged,      // it equals the configuration in force
  not_caught_up,  // a new voter is not a learner, or is still behind (section 4.2.1)
};

// In words: "it does not lead", ...
[[nodiscard]] const char* describe(ChangeRefusal refusal);

}  // namespace raftsim::core
