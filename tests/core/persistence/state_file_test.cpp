#include "core/persistence/state_file.hpp"

#include <string>

#include "catch.hpp"
#include "test_disk.hpp"

namespace raftsim::core::testing {
namespace {

const PersistenceOptions rewrite{.mode = PersistenceMode::rewrite};

}  // namespace

TEST_CASE("Rewriting: the new state is durable before it takes the old one's name") {
  using Kind = FileOperation::Kind;
  TestServer server(rewrite);
  server.append(1, {"a"});
  std::vector<Kind> kinds;
  for (const FileOperation& operation : server.queue) kinds.push_back(operation.kind);
  CHECK(kinds == std::vector{Kind::create, Kind::write, Kind::fsync, Kind::rename, Kind::fsync_directory});
}

TEST_CASE("Rewriting: the whole state is written each time, at a cost proportional to the log") {
  TestServer server(rewrite);
  std::size_t previous = 0;
  for (int i = 0; i < 5; ++i) {
    server.append(1, {"command"});
    CHECK(server.queue[1].bytes.size() > previous);
    previous = server.queue[1].bytes.size();
    server.run();
  }
}

TEST_CASE("Rewriting: one replacement is under way at a time, and the next covers everything submitted meanwhile") {
  TestServer server(rewrite);
  server.append(1, {"a"});
  server.append(1, {"b"});
  server.append(1, {"c"});
  CHECK(server.queue.size() == 5);
  for (int i = 0; i < 5; ++i) server.step();
  CHECK(server.durable == Ticket{1});
  CHECK(server.queue.size() == 5);
  server.run();
  CHECK(server.durable == Ticket{3});
}

TEST_CASE("Rewriting: after a power failure between any two operations the disk holds the old or the new state") {
  const bool names_survive = GENERATE(false, true);
  const bool contents_survive = GENERATE(false, true);
  for (std::size_t steps = 0; steps <= 15; ++steps) {
    INFO(steps << " operations");
    TestServer server(rewrite);
    server.write(HardState{Term{1}, ServerId{1}}, 1, entries(1, {"a", "b", "c"}));
    std::size_t left = steps;
    while (left > 0 && server.step()) --left;
    server.write(HardState{Term{2}, no_server}, 2, entries(2, {"B"}));
    while (left > 0 && server.step()) --left;

    TestServer crashed = server;
    crashed.disk.cut_power(names_survive, contents_survive);
    const auto recovery = crashed.reboot();
    REQUIRE(std::holds_alternative<Recovered>(recovery));
    CHECK(server.kept_what_was_durable(std::get<Recovered>(recovery).restored));

    crashed.write(HardState{Term{3}, no_server}, crashed.log.size() + 1, entries(3, {"next"}));
    crashed.run();
    CHECK(crashed.durable == Ticket{1});
    crashed.disk.cut_power(false, false);
    CHECK_FALSE(crashed.disk.files().contains(new_state_file));
    const auto again = recover(crashed.disk.files(), rewrite);
    REQUIRE(std::holds_alternative<Recovered>(again));
    CHECK(std::get<Recovered>(again).restored == crashed.history.back());
  }
}

TEST_CASE("Rewriting: a state file cannot have a torn tail, so any error in it is damage") {
  TestServer server(rewrite);
  server.write(HardState{Term{1}, ServerId{1}}, 1, entries(1, {"a", "b"}));
  server.run();
  const std::string whole = server.disk.seen(state_file);
  REQUIRE(std::holds_alternative<Recovered>(recover({{state_file, whole}}, rewrite)));
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const auto cut = recover({{state_file, std::string_view(whole).substr(0, length)}}, rewrite);
    if (!std::holds_alternative<Corruption>(cut)) FAIL("cut at " << length);
  }
  for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
    std::string damaged = whole;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    if (!std::holds_alternative<Corruption>(recover({{state_file, damaged}}, rewrite))) FAIL("bit " << bit);
  }
}

TEST_CASE("Rewriting: a new state that was not renamed yet is removed on restart") {
  TestServer server(rewrite);
  server.append(1, {"a"});
  server.run();
  server.append(1, {"b"});
  server.step();
  server.step();
  server.disk.cut_power(true, true);
  REQUIRE(server.disk.files().contains(new_state_file));
  const auto recovery = server.reboot();
  REQUIRE(std::holds_alternative<Recovered>(recovery));
  CHECK(std::get<Recovered>(recovery).restored.log == Log(entries(1, {"a"})));
  CHECK(std::get<Recovered>(recovery).notes.size() == 1);
  server.run();
  server.disk.cut_power(false, false);
  CHECK_FALSE(server.disk.files().contains(new_state_file));
}

TEST_CASE("Without a disk everything is durable at once and survives in memory") {
  TestServer server({.mode = PersistenceMode::none});
  server.write(HardState{Term{1}, ServerId{2}}, 1, entries(1, {"a", "b", "c"}));
  CHECK(server.durable == Ticket{1});
  server.write(HardState{Term{2}, no_server}, 2, entries(2, {"B"}));
  CHECK(server.durable == Ticket{2});
  CHECK(server.queue.empty());
  CHECK(server.persistence.remembered() == server.history.back());
}

TEST_CASE("Persistence is a value: copies are independent") {
  const auto mode = GENERATE(PersistenceMode::none, PersistenceMode::append, PersistenceMode::rewrite);
  TestServer server({.mode = mode});
  server.append(1, {"a"});
  TestServer copy = server;
  CHECK(copy.persistence == server.persistence);
  copy.append(1, {"b"});
  CHECK_FALSE(copy.persistence == server.persistence);
  server.append(1, {"b"});
  CHECK(copy.persistence == server.persistence);
}

}  // namespace raftsim::core::testing
