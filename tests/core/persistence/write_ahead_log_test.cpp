#include "core/persistence/write_ahead_log.hpp"

#include <string>

#include "catch.hpp"
#include "test_disk.hpp"

namespace raftsim::core::testing {

using Kind = FileOperation::Kind;

TEST_CASE("The first write creates the first segment, whose name is durable before any record") {
  TestServer server({});
  server.write(HardState{Term{1}, ServerId{1}});
  CHECK(kinds(server.queue) == std::vector{Kind::create, Kind::write, Kind::fsync, Kind::fsync_directory,  //
                                           Kind::write, Kind::fsync});
  CHECK(server.durable == Ticket{0});
  server.run();
  CHECK(server.durable == Ticket{1});
  CHECK(recovered(server).hard_state == HardState{Term{1}, ServerId{1}});
}

TEST_CASE("Writes submitted during an fsync are written together after it: group commit") {
  TestServer server({});
  server.write(HardState{Term{1}, ServerId{1}});
  server.run();

  server.append(1, {"a"});
  REQUIRE(kinds(server.queue) == std::vector{Kind::write, Kind::fsync});
  server.append(1, {"b"});
  server.append(1, {"c", "d"});
  CHECK(server.queue.size() == 2);  // they wait: batch k+1 is written only after batch k is durable

  server.step();
  CHECK(server.durable == Ticket{1});  // written is not durable
  server.step();
  CHECK(server.durable == Ticket{2});
  CHECK(kinds(server.queue) == std::vector{Kind::write, Kind::fsync});  // tickets 3 and 4, one fsync
  server.run();
  CHECK(server.durable == Ticket{4});
  CHECK(recovered(server) == server.history.back());
}

TEST_CASE("Only the completion of the fsync that covers a ticket makes it durable") {
  Persistence persistence;
  std::vector<FileOperation> out;
  const Log log(entries(1, {"a"}));
  CHECK_FALSE(persistence.submit({.ticket = {1}, .hard_state = {}, .first = {1}, .last = {1}}, log, out));
  const std::uint64_t tag = out.back().tag;
  REQUIRE(tag != 0);
  for (const FileOperation& operation : out) {
    if (operation.tag != tag) CHECK_FALSE(persistence.done(operation.tag, out));
  }
  CHECK_FALSE(persistence.done(tag + 1, out));  // an unknown tag
  CHECK(persistence.done(tag, out) == Ticket{1});
  CHECK_FALSE(persistence.done(tag, out));  // reported twice
}

TEST_CASE("An entry replaces the one at its index and all later ones") {
  TestServer server({});
  server.append(1, {"a", "b", "c", "d"});
  server.write(HardState{Term{2}, no_server}, 2, entries(2, {"B"}));
  server.run();
  const Restored restored = recovered(server);
  CHECK(restored.log == Log({entries(1, {"a"})[0], entries(2, {"B"})[0]}));
  CHECK(restored.hard_state == HardState{Term{2}, no_server});
}

TEST_CASE("An entry that leaves a gap is a bug of the caller, caught before it is written") {
  TestServer server({});
  server.append(1, {"a"});
  const Log log(entries(1, {"a", "b", "c"}));
  std::vector<FileOperation> out;
  CHECK_THROWS(server.persistence.submit({.ticket = {9}, .hard_state = {}, .first = {3}, .last = {3}}, log, out));
}

TEST_CASE("A full segment is followed by a new one at the next batch, and recovery reads both") {
  TestServer server({.mode = PersistenceMode::append, .segment_bytes = 256});
  for (int i = 0; i < 12; ++i) {
    server.append(1, {"command " + std::to_string(i)});
    server.run();
  }
  CHECK(server.disk.files().size() > 2);
  CHECK(recovered(server) == server.history.back());

  SECTION("the log goes on after a restart, in the last segment") {
    REQUIRE(std::holds_alternative<Recovered>(server.reboot()));
    server.append(1, {"more"});
    server.run();
    CHECK(server.durable == Ticket{1});
    CHECK(recovered(server) == server.history.back());
  }
}

TEST_CASE("Where a crash may turn sectors into garbage, no two batches share a sector") {
  TestServer server({.mode = PersistenceMode::append, .segment_bytes = 4096, .sector_bytes = 512});
  server.append(1, {"a"});
  server.append(1, {"b"});
  std::vector<std::uint64_t> written;
  while (!server.queue.empty()) {
    if (server.queue.front().kind == Kind::write) {
      written.push_back(server.queue.front().offset);
      CHECK(server.queue.front().bytes.size() % 512 == 0);
    }
    server.step();
  }
  CHECK(written == std::vector<std::uint64_t>{0, 512, 1024});
  CHECK(recovered(server) == server.history.back());
}

TEST_CASE("A batch does not share a sector with a torn batch either: it goes to a new segment") {
  TestServer server({.mode = PersistenceMode::append, .segment_bytes = 4096, .sector_bytes = 512});
  server.append(1, {"a"});
  server.run();
  server.append(1, {"b", "torn"});
  server.step();
  server.disk.seen(1)[1024 + 60] ^= 1;  // "b" is complete and survives: from now on it may be acknowledged
  server.disk.cut_power(true, true);
  REQUIRE(std::holds_alternative<Recovered>(server.reboot()));
  REQUIRE(server.log.size() == 2);
  server.append(2, {"next"});
  for (; !server.queue.empty(); server.step()) {
    if (server.queue.front().kind == Kind::write) CHECK(server.queue.front().file == 2);
  }
  CHECK(recovered(server) == server.history.back());
}

TEST_CASE("File names follow from file numbers") {
  CHECK(file_name(3) == "wal-00000003.log");
  CHECK(file_name(123456789) == "wal-123456789.log");
  CHECK(file_name(state_file) == "state");
  CHECK(file_name(new_state_file) == "state.new");
}

// What LogCabin does: an election then takes a voter two fsyncs, and a crash between them leaves a term without a vote.
TEST_CASE("A new term may be made durable before the vote in it: two writes, two fsyncs, one completion") {
  PersistenceOptions options;
  options.vote_apart = true;
  TestServer server(options);
  server.write(HardState{Term{1}, no_server});
  server.run();
  server.write(HardState{Term{2}, ServerId{1}});
  REQUIRE(kinds(server.queue) == std::vector{Kind::write, Kind::fsync, Kind::write, Kind::fsync});
  server.step();
  server.step();
  CHECK(server.durable == Ticket{1});
  CHECK(recovered(server).hard_state == HardState{Term{2}, no_server});
  server.run();
  CHECK(server.durable == Ticket{2});
  CHECK(recovered(server).hard_state == HardState{Term{2}, ServerId{1}});
  server.write(HardState{Term{2}, ServerId{1}});  // no new term
  CHECK(kinds(server.queue) == std::vector{Kind::write, Kind::fsync});
  server.write(HardState{Term{3}, no_server});
  server.run();
  CHECK(recovered(server).hard_state == HardState{Term{3}, no_server});
}

}  // namespace raftsim::core::testing
