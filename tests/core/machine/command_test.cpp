// An entry's payload decodes as encoded, and nothing else is accepted as a command.
#include "core/machine/command.hpp"

#include <vector>

#include "catch.hpp"
#include "core/machine/replica.hpp"

namespace raftsim::core::test {

namespace {

std::vector<Command> examples() {
  const std::string long_value(300, 'v');
  std::vector<Command> commands{{.kind = CommandKind::open_session, .name = {7, 1}, .proposed_at = Instant(5s)}};
  for (const auto kind : {CommandKind::in_session, CommandKind::plain}) {
    for (const auto& operation : {get(3), put(3, "x"), put(3, ""), put(3, long_value), append(4, "tail"),
                                  compare_and_set(5, long_value, "new"), compare_and_set(5, "", ""), erase(6)}) {
      commands.push_back({.kind = kind,
                          .name = {2, std::uint64_t{1} << 40U},
                          .proposed_at = Instant(1234567ns),
                          .session = kind == CommandKind::in_session ? Index{99} : Index{},
                          .operation = operation});
    }
  }
  return commands;
}

}  // namespace

TEST_CASE("A command reads back as it was written", "[machine]") {
  for (const auto& command : examples()) {
    INFO(describe(command));
    const auto payload = encode(command);
    CHECK(decode_command(payload.view()) == command);
    CHECK(read_command(payload.view()) == command.name);
  }
}

TEST_CASE("A command takes few bytes: a session's put of 16 bytes takes 50", "[machine]") {
  const Command put_16{.kind = CommandKind::in_session, .operation = put(1, std::string(16, 'x'))};
  CHECK(encode(put_16).size() == 50);
  CHECK(encode({.kind = CommandKind::open_session}).size() == 21);
}

TEST_CASE("A truncated payload is not a command, unless only its trailing value is shorter", "[machine]") {
  for (const auto& command : examples()) {
    const auto payload = encode(command);
    for (std::size_t size = 0; size < payload.size(); ++size) {
      const auto decoded = decode_command(payload.view().substr(0, size));
      const bool within_value = payload.size() - size <= command.operation.value.size();
      INFO(describe(command) << " cut to " << size);
      CHECK(decoded.has_value() == within_value);
    }
  }
}

TEST_CASE("A no-op, foreign bytes and one byte too many are not commands", "[machine]") {
  for (const std::string_view payload : {"", "fifteen letters", "command number 17 of somebody"}) {
    CHECK_FALSE(decode_command(payload));
    CHECK_FALSE(read_command(payload));
  }
  const Command opening{.kind = CommandKind::open_session, .name = {1, 1}};
  CHECK_FALSE(decode_command(std::string(encode(opening).view()) + "x"));
  auto unheard_of = std::string(encode(Command{.kind = CommandKind::plain, .operation = get(1)}).view());
  unheard_of[21] = 17;  // the kind of operation
  CHECK_FALSE(decode_command(unheard_of));
}

TEST_CASE("Commands have a readable description", "[machine]") {
  Command command{.kind = CommandKind::plain, .name = {2, 17}, .operation = put(3, "C2#17")};
  CHECK(describe(command) == "C2#17 put k3 = C2#17");
  command.operation = get(3);
  CHECK(describe(command) == "C2#17 get k3");
  command.operation = erase(3);
  CHECK(describe(command) == "C2#17 erase k3");
  command.operation = append(3, "C2#17;");
  CHECK(describe(command) == "C2#17 append k3 + C2#17;");
  command.operation = compare_and_set(3, "old", "new");
  CHECK(describe(command) == "C2#17 compare-and-set k3 = new if old");
  command.operation = put(3, std::string("a\0\n", 3));
  CHECK(describe(command) == "C2#17 put k3 = a\\x00\\x0a");
  command.operation = put(3, std::string(100, 'x'));
  CHECK(describe(command) == "C2#17 put k3 = " + std::string(40, 'x') + "... (100 bytes)");
  command.kind = CommandKind::open_session;
  CHECK(describe(command) == "C2#17 opens a session");
}

}  // namespace raftsim::core::test
