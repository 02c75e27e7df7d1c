// What one of our servers holds at its first boot, when the scenario gives it a state.
#pragma once

#include <cstddef>
#include <vector>

#include "core/entry.hpp"
#include "core/hash.hpp"
#include "core/raft/restored.hpp"
#include "core/snapshot.hpp"
#include "core/types.hpp"
#include "scenarios/scenario.hpp"

namespace raftsim::scenarios {

struct FirstState {
  core::HardState hard_state;
  std::vector<core::Entry> log;        // from index 1
  core::SharedSnapshot snapshot;       // covers the beginning of the log; null: none
  std::vector<core::Digest> machines;  // the state machine after each committed index, from 1

  // As recovery would bring it back.
  [[nodiscard]] core::Restored restored() const;
};

// Of S1, S2, ...; empty when the scenario gives no states. O(all logs).
[[nodiscard]] std::vector<FirstState> first_states(const Scenario& scenario);

}  // namespace raftsim::scenarios
