// The name of a client's command, as people, checkers and traces call it: "C2#17".
#pragma once

#include <compare>
#include <cstdint>

namespace raftsim::core {

// No client uses a sequence number for two commands, and a command that is sent again keeps its own.
struct CommandName {
  std::uint32_t client = 0;    // C1, C2, ...; 0: no client's command
  std::uint64_t sequence = 0;  // of this client's commands, from 1; its wishes for sessions are counted with them
  friend constexpr auto operator<=>(const CommandName&, const CommandName&) = default;
};

}  // namespace raftsim::core
