// The name of a client's command, as used in output, checkers and traces: "C2#17".
#pragma once

#include <compare>
#include <cstdint>

namespace raftsim::core {

// A client never reuses a sequence number for another command. A retried command keeps its number.
struct CommandName {
  // C1, C2, ...; 0: nobody's. With a sequence number: it stood in a log before the run began (C0#3). Without: no command.
  std::uint32_t client = 0;
  std::uint64_t sequence = 0;  // among this client's commands, from 1; requests for a session count too
  friend constexpr auto operator<=>(const CommandName&, const CommandName&) = default;
};

}  // namespace raftsim::core
