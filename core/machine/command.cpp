#include "core/machine/command.hpp"

#include "core/machine/encoding.hpp"

namespace raftsim::core {

namespace {

constexpr std::size_t header_bytes = 1 + 4 + 8 + 8;

bool has_value(OperationKind kind) {
  return kind == OperationKind::put || kind == OperationKind::append || kind == OperationKind::compare_and_set;
}

std::size_t encoded_size(const Operation& operation) {
  std::size_t size = 1 + 4;
  if (operation.kind == OperationKind::compare_and_set) size += 4 + operation.expected.size();
  if (has_value(operation.kind)) size += operation.value.size();
  return size;
}

std::size_t encoded_size(const Command& command) {
  std::size_t size = header_bytes;
  if (command.kind == CommandKind::in_session) size += 8;
  if (command.kind != CommandKind::open_session) size += encoded_size(command.operation);
  return size;
}

void encode(const Operation& operation, Encoder& to) {
  to.u8(static_cast<std::uint8_t>(operation.kind));
  to.u32(operation.key.value);
  if (operation.kind == OperationKind::compare_and_set) {
    to.u32(static_cast<std::uint32_t>(operation.expected.size()));
    to.bytes(operation.expected.view());
  }
  if (has_value(operation.kind)) to.bytes(operation.value.view());
}

bool decode(Decoder& from, Operation& operation) {
  const auto kind = from.u8();
  if (kind >= operation_kind_count) return false;
  operation.kind = static_cast<OperationKind>(kind);
  operation.key = {from.u32()};
  if (operation.kind == OperationKind::compare_and_set) operation.expected = Bytes(from.bytes(from.u32()));
  if (has_value(operation.kind)) operation.value = Bytes(from.rest());
  return from.at_end();
}

bool is_kind(std::uint8_t kind) {
  return kind >= static_cast<std::uint8_t>(CommandKind::open_session) &&
         kind <= static_cast<std::uint8_t>(CommandKind::plain);
}

}  // namespace

Bytes encode(const Command& command) {
  return Bytes::filled(encoded_size(command), [&command](char* room) {
    Encoder to(room);
    to.u8(static_cast<std::uint8_t>(command.kind));
    to.u32(command.name.client);
    to.u64(command.name.sequence);
    to.i64(command.proposed_at.time_since_epoch().count());
    if (command.kind == CommandKind::in_session) to.u64(command.session.value);
    if (command.kind != CommandKind::open_session) encode(command.operation, to);
  });
}

std::optional<Command> decode_command(std::string_view payload) {
  Decoder from(payload);
  const auto kind = from.u8();
  if (!is_kind(kind)) return std::nullopt;
  std::optional<Command> command(std::in_place);
  command->kind = static_cast<CommandKind>(kind);
  command->name.client = from.u32();
  command->name.sequence = from.u64();
  command->proposed_at = Instant(Duration(from.i64()));
  if (command->kind == CommandKind::in_session) command->session = {from.u64()};
  const bool sound = command->kind == CommandKind::open_session ? from.at_end() : decode(from, command->operation);
  if (!sound) command.reset();
  return command;
}

std::optional<CommandName> read_command(std::string_view payload) {
  if (payload.size() < header_bytes || !is_kind(static_cast<std::uint8_t>(payload[0]))) return std::nullopt;
  return CommandName{load_u32(payload.data() + 1), load_u64(payload.data() + 5)};
}

// Most workloads use readable values; any other byte is shown in hexadecimal.
std::string readable(const Bytes& value) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string result;
  for (const char letter : value.view()) {
    const auto byte = static_cast<unsigned char>(letter);
    if (byte >= 0x20 && byte < 0x7f && letter != '\\') {
      result += letter;
    } else {
      result.append("\\x").append(1, digits[byte >> 4U]).append(1, digits[byte & 0xfU]);
    }
  }
  constexpr std::size_t longest = 40;
  if (result.size() <= longest) return result;
  return result.substr(0, longest) + "... (" + std::to_string(value.size()) + " bytes)";
}

std::string describe(CommandName name) {
  return "C" + std::to_string(name.client) + "#" + std::to_string(name.sequence);
}

std::string describe(const Operation& operation) {
  auto result = std::string(name_of(operation.kind)) + " k" + std::to_string(operation.key.value);
  if (operation.kind == OperationKind::append) return result + " + " + readable(operation.value);
  if (has_value(operation.kind)) result += " = " + readable(operation.value);
  if (operation.kind == OperationKind::compare_and_set) result += " if " + readable(operation.expected);
  return result;
}

std::string describe(const Command& command) {
  const auto name = describe(command.name);
  if (command.kind == CommandKind::open_session) return name + " opens a session";
  return name + " " + describe(command.operation);
}

}  // namespace raftsim::core
