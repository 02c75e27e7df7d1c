// The name of a client's command, as used in output, checkers and traces: "C2#17".
#pragma once

#include <compare>
#include <cstdint>

namespace raftsim::core {

// A client never reuses a sequence number for another command. A retried command keeps its number.
struct CommandName {
  std::uint32_t client = 0;    // C1, C2, ...; 0: not a client's command
  std::uint64_t sequence = 0;  // among this client's commands, from 1; requests for a session count too
  friend constexpr auto operator<=>(const CommandName&, const CommandName&) = default;
};

}  // namespace raftsim::core
