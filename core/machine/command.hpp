// The content of an entry of EntryKind::command: a client's operation, with or without a session, or a request to open
// a session (dissertation, section 6.3).
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
  open_session = 1,  // the session's id is the index of this entry
  in_session = 2,    // takes effect once, however often it is in the log
  plain = 3,         // takes effect each time it is in the log
};

struct Command {
  CommandKind kind = CommandKind::plain;
  CommandName name = {};
  // When the leader appended it, by the leader's clock. This is the only time that replicas may use, because all see
  // the same value (dissertation, end of section 6.3).
  Instant proposed_at{};
  Index session = {};        // in_session
  Operation operation = {};  // in_session, plain
  friend bool operator==(const Command&, const Command&) = default;
};

// Little-endian, without padding: kind (1 byte), client (4), sequence (8), proposed_at (8); in_session: session (8);
// in_session and plain: kind of operation (1), key (4), for compare-and-set the size of `expected` (4) and `expected`,
// then `value` up to the end.
[[nodiscard]] Bytes encode(const Command& command);
// std::nullopt if `payload` is not a command (for example that of a no-op).
[[nodiscard]] std::optional<Command> decode_command(std::string_view payload);
// Decodes only the name; the rest is not validated.
[[nodiscard]] std::optional<CommandName> read_command(std::string_view payload);

// Human-readable: "C2#17", "C2#17 opens a session", "C2#17 put k3 = x", "C2#17 get k3", "C2#17 compare-and-set k3 = x
// if y".
[[nodiscard]] std::string describe(CommandName name);
[[nodiscard]] std::string readable(const Bytes& value);  // "C2#17"; "\x00\x0a"; long ones cut short
[[nodiscard]] std::string describe(const Operation& operation);
[[nodiscard]] std::string describe(const Command& command);

}  // namespace raftsim::core
