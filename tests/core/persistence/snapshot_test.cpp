// Snapshots on the disk: a snapshot is durable before the log continues from it, and whatever a crash leaves of the two
// is consistent (paper, section 7).
#include <string>

#include "catch.hpp"
#include "core/persistence/record.hpp"
#include "core/persistence/snapshot_file.hpp"
#include "test_disk.hpp"

namespace raftsim::core::testing {
namespace {

using Kind = FileOperation::Kind;

std::uint64_t first_segment_of(const TestServer& server) {
  return server.disk.files().lower_bound(first_segment_file)->first;
}

// Ten entries of term 1, each in its own segment.
TestServer ten_segments(const PersistenceOptions& options = {.segment_bytes = 64}) {
  TestServer server(options);
  for (int i = 1; i <= 10; ++i) {
    server.append(1, {"command " + std::to_string(i)});
    server.run();
  }
  return server;
}

// Carries out operations up to and including the first of this kind.
void step_past(TestServer& server, Kind kind) {
  while (server.queue.front().kind != kind) REQUIRE(server.step());
  server.step();
}

}  // namespace

TEST_CASE("A snapshot is written, synced, renamed and its name durable before the log refers to it") {
  TestServer server = ten_segments({});
  server.take_snapshot(7, "state");
  CHECK(kinds(server.queue) == std::vector{Kind::create, Kind::write, Kind::fsync, Kind::rename, Kind::fsync_directory,
                                           Kind::write, Kind::fsync});
  CHECK(server.queue[1].file == new_snapshot_file);
  CHECK(server.queue[5].file == 1);
  const Ticket before = server.durable;
  while (server.queue.size() > 1) server.step();
  CHECK(server.durable == before);
  server.run();
  CHECK(server.durable == server.submitted);
  CHECK(recovered(server) == server.history.back());
}

TEST_CASE("Obsolete segments are removed once the log durably continues from the snapshot, not before") {
  TestServer server = ten_segments();
  server.take_snapshot(7, "state");
  while (server.queue.size() > 1) {
    CHECK(server.queue.front().kind != Kind::unlink);
    server.step();
  }
  REQUIRE(server.queue.front().kind == Kind::fsync);
  server.step();
  std::uint64_t expected = 1;
  for (const FileOperation& operation : server.queue) {
    if (operation.kind == Kind::unlink) CHECK(operation.file == expected++);  // so that the rest has no gap
  }
  CHECK(expected == 8);
  CHECK(server.queue.back().kind == Kind::fsync_directory);
  server.run();
  CHECK(first_segment_of(server) == 8);
  CHECK(recovered(server) == server.history.back());

  SECTION("and those that a crash saved from it go after the restart") {
    TestServer crashed = ten_segments();
    crashed.take_snapshot(7, "state");
    step_past(crashed, Kind::unlink);
    crashed.disk.cut_power(true, true);
    REQUIRE(first_segment_of(crashed) == 2);
    REQUIRE(std::holds_alternative<Recovered>(crashed.reboot()));
    CHECK(crashed.history.back() == server.history.back());
    crashed.run();
    CHECK(first_segment_of(crashed) == 8);
  }
}

TEST_CASE("If several snapshots wait for the disk, only the latest is written") {
  TestServer server({.mode = GENERATE(PersistenceMode::append, PersistenceMode::rewrite)});
  server.append(1, {"a", "b", "c"});
  server.take_snapshot(1, "one");
  server.append(1, {"d"});
  server.take_snapshot(3, "three");
  std::size_t renamed = 0;
  do renamed += !server.queue.empty() && server.queue.front().target == snapshot_file ? 1U : 0U;
  while (server.step());
  CHECK(renamed == 1);
  CHECK(server.durable == server.submitted);
  CHECK(recovered(server) == server.history.back());
  CHECK(recovered(server).snapshot->state.view() == "three");
}

TEST_CASE("A follower keeps the entries after a snapshot only if its log has the snapshot's last entry") {
  TestServer server({.mode = GENERATE(PersistenceMode::none, PersistenceMode::append, PersistenceMode::rewrite)});
  server.append(1, {"a", "b", "c", "d"});
  server.run();
  const auto term = GENERATE(1U, 2U);
  server.install({{2}, {term}}, "state of two");
  server.run();
  const Restored restored =
      server.options.mode == PersistenceMode::none ? server.persistence.remembered() : recovered(server);
  CHECK(restored == server.history.back());
  CHECK(restored.log.last().index == Index{term == 1 ? 4U : 2U});
}

TEST_CASE(
    "The term in which a snapshot came is durable with it, as it may replace entries promised to an earlier leader") {
  TestServer server({.mode = GENERATE(PersistenceMode::append, PersistenceMode::rewrite)});
  server.write(HardState{Term{5}, ServerId{2}}, 1, entries(5, {"a", "promised", "promised"}));
  server.run();
  server.install({{2}, {6}}, "state", HardState{Term{6}, no_server});
  step_past(server, Kind::rename);
  server.disk.cut_power(true, true);
  const Restored restored = recovered(server);
  CHECK(restored.hard_state == HardState{Term{6}, no_server});
  CHECK(restored.log == Log(LogPosition{{2}, {6}}, {}));
}

// The server's own snapshots and a leader's, with a matching and a conflicting log, each in its own batch or together
// with others. Power fails at each operation, and in each write after each byte.
TEST_CASE("A power failure anywhere around a snapshot recovers an earlier state, and the server continues") {
  const auto mode = GENERATE(PersistenceMode::append, PersistenceMode::rewrite);
  const std::uint64_t sector_bytes = mode == PersistenceMode::append ? GENERATE(0U, 64U) : 0U;
  const bool grouped = GENERATE(false, true);
  const PersistenceOptions options{.mode = mode, .segment_bytes = 220, .sector_bytes = sector_bytes};

  TestServer server(options);
  std::size_t cuts = 0;
  const auto crash = [&](TestServer crashed) {
    ++cuts;
    const auto recovery = crashed.reboot();
    REQUIRE(std::holds_alternative<Recovered>(recovery));
    const Restored restored = std::get<Recovered>(recovery).restored;
    REQUIRE(server.kept_what_was_durable(restored));
    // Discarded entries do not reappear after later records, whether the repairs were completed or not.
    for (std::size_t steps = cuts % 5; steps > 0; --steps) crashed.step();
    crashed.disk.cut_power(cuts % 2 == 0, true);
    REQUIRE(std::holds_alternative<Recovered>(crashed.reboot()));
    REQUIRE(crashed.history.back() == restored);
    crashed.append(9, {"after the crash"});
    crashed.run();
    crashed.append(9, {"and after that"});
    crashed.run();
    crashed.disk.cut_power(false, false);
    REQUIRE(recovered(crashed) == crashed.history.back());
  };
  const auto run = [&] {
    while (!server.queue.empty()) {
      for (const bool names : {false, true}) {
        for (const bool contents : {false, true}) {
          TestServer crashed = server;
          crashed.disk.cut_power(names, contents);
          crash(crashed);
        }
      }
      const FileOperation next = server.queue.front();
      for (std::size_t length = 1; next.kind == Kind::write && length < next.bytes.size(); length += 3) {
        TestServer crashed = server;
        FileOperation cut = next;
        cut.bytes.resize(length);
        crashed.disk.apply(cut);
        crashed.disk.cut_power(true, true);
        crash(crashed);
      }
      server.step();
    }
  };
  const auto go_on = [&] {
    if (!grouped) run();
  };
  server.write(HardState{Term{1}, ServerId{1}}, 1, entries(1, {"a", "b", "c", "d", "e"}));
  go_on();
  server.take_snapshot(3, "of a, b, c");
  go_on();
  server.append(1, {"f", "g"});
  go_on();
  server.install({{6}, {1}}, "a leader's, in front of g");
  go_on();
  server.install({{7}, {2}}, "of another history", HardState{Term{2}, no_server}, entries(2, {"H"}));
  go_on();
  server.install({{20}, {3}}, "far ahead", HardState{Term{3}, no_server});
  go_on();
  server.append(3, {"u", "v"});
  run();
  CHECK(cuts > 100);
}

// etcd had this bug (issue 22442): entries that a snapshot replaced were dropped in memory, and replayed at restart.
TEST_CASE("A log that a snapshot replaced cannot reappear after later records") {
  TestServer server({.mode = PersistenceMode::append});
  server.append(1, {"a", "b", "c", "d", "ghost", "ghost"});
  server.run();
  server.install({{4}, {2}}, "state", HardState{Term{2}, no_server});
  step_past(server, Kind::rename);
  server.disk.cut_power(true, true);
  const bool planted = GENERATE(false, true);
  if (planted) server.options.mutations.plant(Mutation::ghost_suffix);
  const auto recovery = server.reboot();
  REQUIRE(std::holds_alternative<Recovered>(recovery));
  CHECK(std::get<Recovered>(recovery).restored.log == Log(LogPosition{{4}, {2}}, {}));
  CHECK(std::get<Recovered>(recovery).notes.size() == 1);
  CHECK_FALSE(std::get<Recovered>(recovery).torn_tail);
  server.append(2, {"new"});
  server.run();
  CHECK((recovered(server) == server.history.back()) == !planted);
}

TEST_CASE("Segments removed too early leave a gap between an old snapshot and the log") {
  TestServer server = ten_segments();
  server.options.mutations.plant(Mutation::compact_before_durable);
  REQUIRE(std::holds_alternative<Recovered>(server.reboot()));
  server.take_snapshot(7, "state");
  server.run();
  CHECK(recovered(server) == server.history.back());  // no harm if nothing happens in between
  server.append(1, {"k", "l", "m"});
  server.append(1, {"n"});
  server.run();
  server.take_snapshot(12, "state");
  step_past(server, Kind::fsync_directory);
  server.disk.cut_power(false, false);
  CHECK(std::holds_alternative<Corruption>(recover(server.disk.files(), server.options)));
}

TEST_CASE("A snapshot whose name is not durable does not exist") {
  TestServer server = ten_segments({});
  server.options.mutations.plant(Mutation::snapshot_without_directory_sync);
  REQUIRE(std::holds_alternative<Recovered>(server.reboot()));
  server.run();
  server.take_snapshot(7, "state");
  while (server.step()) {
  }
  server.disk.cut_power(false, false);
  CHECK(std::holds_alternative<Corruption>(recover(server.disk.files(), server.options)));
}

TEST_CASE("Combinations of old and new snapshots and logs are accepted if a crash can leave them, else refused") {
  const auto mode = GENERATE(PersistenceMode::append, PersistenceMode::rewrite);
  const std::uint64_t log_file = mode == PersistenceMode::append ? 1 : state_file;
  TestServer server({.mode = mode});
  server.append(1, {"a", "b", "c", "d"});
  server.take_snapshot(2, "old");
  server.run();
  const TestServer old = server;
  server.take_snapshot(3, "new");
  server.run();
  const auto with = [&](const TestServer* snapshot, const TestServer* log) {
    Files files;
    if (snapshot != nullptr) files[snapshot_file] = snapshot->disk.files().at(snapshot_file);
    if (log != nullptr) files[log_file] = log->disk.files().at(log_file);
    return recover(files, server.options);
  };
  CHECK(std::get<Recovered>(with(&old, &old)).restored == old.history.back());
  CHECK(std::get<Recovered>(with(&server, &server)).restored == server.history.back());
  CHECK(std::get<Recovered>(with(&server, &old)).restored == server.history.back());
  CHECK(std::holds_alternative<Corruption>(with(&old, &server)));
  CHECK(std::holds_alternative<Corruption>(with(nullptr, &server)));
  // A server whose first write was a snapshot.
  CHECK(std::get<Recovered>(with(&server, nullptr)).restored.log == Log(LogPosition{{3}, {1}}, {}));
}

TEST_CASE("A missing segment is noticed if the snapshot does not cover all of it") {
  TestServer server = ten_segments();
  server.take_snapshot(5, "state");
  server.run();
  auto files = server.disk.files();
  const auto first = first_segment_of(server);
  REQUIRE(first > 1);
  SECTION("the first that is left") {
    files.erase(first);
    const auto recovery = recover(files, server.options);
    REQUIRE(std::holds_alternative<Corruption>(recovery));
    CHECK(std::get<Corruption>(recovery) == Corruption{first, 0, "the segment is missing"});
  }
  SECTION("one in the middle") {
    files.erase(first + 1);
    const auto recovery = recover(files, server.options);
    REQUIRE(std::holds_alternative<Corruption>(recovery));
    CHECK(std::get<Corruption>(recovery) == Corruption{first + 1, 0, "the segment is missing"});
  }
}

TEST_CASE("A snapshot was renamed after all of it was durable, so any error in it is damage") {
  TestServer server({});
  server.append(1, {"a", "b"});
  server.take_snapshot(1, "the state of the machine");
  server.run();
  const std::string whole = server.disk.seen(snapshot_file);
  Files files = server.disk.files();
  for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
    std::string damaged = whole;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    files[snapshot_file] = damaged;
    if (!std::holds_alternative<Corruption>(recover(files, {}))) FAIL("bit " << bit);
  }
  for (std::size_t length = 0; length < whole.size(); ++length) {
    files[snapshot_file] = std::string_view(whole).substr(0, length);
    if (!std::holds_alternative<Corruption>(recover(files, {}))) FAIL("cut at " << length);
  }
}

TEST_CASE("A snapshot reads back as written, even a large one") {
  TestServer server({});
  server.append(1, {"a"});
  server.take_snapshot(1, std::string(300'000, 'x'));
  server.run();
  CHECK(recovered(server) == server.history.back());
  const auto content = read_snapshot(server.disk.seen(snapshot_file));
  REQUIRE(content);
  CHECK(content->start.id == server.snapshot->id());
}

}  // namespace raftsim::core::testing
