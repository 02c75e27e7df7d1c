#include "core/persistence/durable_state.hpp"

#include <string>

#include "catch.hpp"
#include "test_disk.hpp"

namespace raftsim::core::testing {
namespace {

void check_same(const DurableState& seen, const Restored& restored) {
  CHECK(seen.hard_state() == restored.hard_state);
  REQUIRE(seen.base() == restored.log.base());
  REQUIRE(seen.snapshot().has_value() == static_cast<bool>(restored.snapshot));
  if (restored.snapshot) {
    CHECK(seen.snapshot()->id == restored.snapshot->id());
    CHECK(seen.snapshot()->configuration == restored.snapshot->configuration);
  }
  REQUIRE(seen.last_index() == restored.log.last().index);
  for (Index index = seen.base().index.next(); index <= seen.last_index(); index = index.next()) {
    CHECK(seen.at(index) == DurableEntry{restored.log.at(index).term, digest_of(restored.log.at(index))});
  }
}

}  // namespace

TEST_CASE("A reader that follows the durable bytes always knows what recovery would restore") {
  const auto mode = GENERATE(PersistenceMode::append, PersistenceMode::rewrite);
  TestServer server({.mode = mode, .segment_bytes = 400});
  DurableState seen;
  const auto look = [&] {
    for (const auto& [file, bytes] : server.disk.durable_files()) seen.read(file, bytes);
    const auto recovery = recover(server.disk.durable_files(), server.options);
    REQUIRE(std::holds_alternative<Recovered>(recovery));
    check_same(seen, std::get<Recovered>(recovery).restored);
    CHECK(server.kept_what_was_durable(std::get<Recovered>(recovery).restored));
  };
  for (std::uint64_t term = 1; term <= 12; ++term) {
    server.append(term, {"a of " + std::to_string(term), "b", "a payload that is longer than the others"});
    do look();
    while (server.step());
    // A new leader overwrites the end of the log.
    server.write(HardState{Term{term}, ServerId{1}}, server.log.size() - 1, entries(term, {"c"}));
    do look();
    while (server.step());
  }
  check_same(seen, server.history.back());

  SECTION("over a crash with a torn tail too") {
    server.append(12, {"never", "durable"});
    while (server.queue.size() > 1) server.step();  // all but the last fsync
    if (mode == PersistenceMode::append) {
      std::string& bytes = server.disk.seen(server.disk.files().rbegin()->first);
      bytes.resize(bytes.size() - 10);
    }
    server.disk.cut_power(true, true);
    REQUIRE(std::holds_alternative<Recovered>(server.reboot()));
    do look();
    while (server.step());
    server.append(13, {"after"});
    do look();
    while (server.step());
  }
}

TEST_CASE("A reader that follows a log with snapshots always knows what recovery would restore") {
  const auto mode = GENERATE(PersistenceMode::append, PersistenceMode::rewrite);
  const bool one_at_a_time = GENERATE(false, true);  // or several writes, snapshots among them, in one batch
  TestServer server({.mode = mode, .segment_bytes = 300});
  DurableState seen;
  const auto look = [&] {
    for (const auto& [file, bytes] : server.disk.durable_files()) seen.read(file, bytes);
    const auto recovery = recover(server.disk.durable_files(), server.options);
    REQUIRE(std::holds_alternative<Recovered>(recovery));
    check_same(seen, std::get<Recovered>(recovery).restored);
    REQUIRE(server.kept_what_was_durable(std::get<Recovered>(recovery).restored));
    DurableState fresh;
    for (const auto& [file, bytes] : server.disk.durable_files()) fresh.read(file, bytes);
    check_same(fresh, std::get<Recovered>(recovery).restored);
  };
  const auto go_on = [&] {
    if (!one_at_a_time) return;
    do look();
    while (server.step());
  };
  for (std::uint64_t term = 1; term <= 8; ++term) {
    server.append(term, {"a of " + std::to_string(term), "b", "a payload that is longer than the others", "c"});
    go_on();
    server.take_snapshot(server.last() - 2, "state in term " + std::to_string(term));
    go_on();
    server.append(term, {"d"});
    go_on();
    // A leader's snapshot, ending beyond the log or within it, over another history.
    const std::uint64_t end = server.last() + (term % 2 == 0 ? 3 : 0);
    server.install({{end}, {term + 1}}, std::string(40 * term, 's'), HardState{Term{term + 1}, no_server},
                   entries(term + 1, {"e", "f"}));
    do look();
    while (server.step());
  }
  check_same(seen, server.history.back());
}

TEST_CASE("A state file with a shorter log than the previous one is read correctly") {
  TestServer server({.mode = PersistenceMode::rewrite});
  DurableState seen;
  server.append(1, {"a"});
  server.run();
  const std::string shorter = server.disk.seen(state_file);
  server.append(1, {"b", "c"});
  server.run();
  seen.read(state_file, server.disk.seen(state_file));
  CHECK(seen.last_index() == Index{3});
  seen.read(state_file, shorter);
  CHECK(seen.last_index() == Index{1});
}

TEST_CASE("A state file that has not been renamed is not read") {
  DurableState seen;
  TestServer server({.mode = PersistenceMode::rewrite});
  server.append(1, {"a"});
  server.run();
  seen.read(new_state_file, server.disk.seen(state_file));
  CHECK(seen == DurableState());
}

}  // namespace raftsim::core::testing
