// What a server holds before a run begins, when a scenario says so. Data, and what follows from it; it is read and
// checked by json/given_states.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/entry.hpp"
#include "core/machine/operation.hpp"
#include "core/types.hpp"

namespace raftsim::scenarios {

// An entry of such a log.
struct GivenEntry {
  core::Term term;
  // A command or a no-op.
  core::EntryKind kind = core::EntryKind::command;
  // Of a command; none: what another server says of the entry with this index and term, or else a put to a key that no
  // client uses.
  std::optional<core::Operation> operation = {};
  friend bool operator==(const GivenEntry&, const GivenEntry&) = default;
};

// The state of a server that has run before and was switched off: all of it is durable.
struct GivenState {
  core::HardState hard_state;
  std::vector<GivenEntry> log;  // from index 1, the entries that the snapshot covers too
  core::Index committed;        // by this server; volatile, so that it learns of it anew (paper, Figure 2)
  core::Index snapshot;         // its last index, at most `committed`; 0: none
  friend bool operator==(const GivenState&, const GivenState&) = default;
};

// The number of the client whose commands are those of given logs: C0#1, C0#2, ...
inline constexpr std::uint32_t client_before_the_run = 0;

// The key of commands that are about nothing: of scripts, and of entries of which only the term is given.
[[nodiscard]] core::Key key_without_clients();

// The logs of S1, S2, ..., whole. Entries of the same index and term are the same; each is a command of its own, named by
// its place in the order of indexes and terms, or a no-op. Precondition: the states are possible.
[[nodiscard]] std::vector<std::vector<core::Entry>> given_logs(const std::vector<GivenState>& states);

}  // namespace raftsim::scenarios
