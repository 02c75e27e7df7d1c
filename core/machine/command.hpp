// What stands in an entry of EntryKind::command: an operation of a client, within its session or without one, or the
// wish for a session (dissertation, section 6.3).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/bytes.hpp"
#include "core/command_name.hpp"
#include "core/machine/operation.hpp"
#include "core/types.hpp"

namespace raftsim::core {

enum class CommandKind : std::uint8_t {
  open_session = 1,  // the session's id is the index at which this is applied
  in_session = 2,    // takes effect once, however often it stands in the log
  plain = 3,         // takes effect each time it stands in the log
};

struct Command {
  CommandKind kind = CommandKind::plain;
  CommandName name = {};
  // When the leader appended it, by the leader's clock: the only clock that replicas may go by, because all see the
  // same (dissertation, end of section 6.3).
  Instant proposed_at{};
  Index session = {};        // in_session
  Operation operation = {};  // in_session, plain
  friend bool operator==(const Command&, const Command&) = default;
};

// Little-endian, without padding: kind (1 byte), client (4), sequence (8), proposed_at (8); in_session: session (8);
// in_session and plain: kind of operation (1), key (4), then for compare-and-set the size of `expected` (4) and
// `expected`, and then `value` up to the end.
[[nodiscard]] Bytes encode(const Command& command);
// Nothing when `payload` is no command, as that of a no-op.
[[nodiscard]] std::optional<Command> decode_command(std::string_view payload);
// Only whose it is; whether the rest is sound is not looked at.
[[nodiscard]] std::optional<CommandName> read_command(std::string_view payload);

// For people: "C2#17", "C2#17 opens a session", "C2#17 put k3 = x", "C2#17 get k3", "C2#17 compare-and-set k3 = x if
// y".
[[nodiscard]] std::string describe(CommandName name);
[[nodiscard]] std::string readable(const Bytes& value);  // "C2#17"; "\x00\x0a"; long ones cut short
[[nodiscard]] std::string describe(const Operation& operation);
[[nodiscard]] std::string describe(const Command& command);

}  // namespace raftsim::core
