// What a server holds before a run begins, in the words of its observations.
#pragma once

#include <vector>

#include "core/hash.hpp"
#include "core/persistence/durable_state.hpp"
#include "core/types.hpp"

namespace raftsim::checkers {

// It holds this durably, as after a crash of an earlier life, and reports it by its first core::Booted.
struct Beginning {
  core::HardState hard_state;
  std::vector<core::DurableEntry> log;  // from index 1, the entries that a snapshot covers too
  core::Index committed;                // by this server, in its earlier life
  core::Index snapshot;                 // its last index; 0 without one
  // Of the state machine after each committed index, from 1; empty: the server does not report its state.
  std::vector<core::Digest> states = {};
};

}  // namespace raftsim::checkers
