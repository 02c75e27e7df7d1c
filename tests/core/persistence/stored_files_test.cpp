// A server can be switched on as if it had run before: its files are what its own persistence would have left.
#include "core/persistence/stored_files.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"

namespace raftsim::core::testing {
namespace {

std::vector<Entry> entries_of_terms(const std::vector<std::uint64_t>& terms) {
  std::vector<Entry> log;
  for (const auto term : terms)
    log.push_back({{term}, EntryKind::command, Bytes("command of term " + std::to_string(term))});
  return log;
}

Recovered recovered(const std::map<std::uint64_t, std::string>& stored, const PersistenceOptions& options) {
  Files files;
  for (const auto& [file, bytes] : stored) files.emplace(file, bytes);
  auto recovery = recover(files, options);
  REQUIRE(std::holds_alternative<Recovered>(recovery));
  return std::get<Recovered>(std::move(recovery));
}

const HardState in_term_7{{7}, {5}};

}  // namespace

TEST_CASE("Recovery brings back the state that the stored files are of, and finds nothing to mend") {
  PersistenceOptions options;
  options.mode = GENERATE(PersistenceMode::append, PersistenceMode::rewrite);
  options.segment_bytes = GENERATE(256U, 65536U);
  options.sector_bytes = GENERATE(0U, 512U);
  const auto log = entries_of_terms({1, 1, 1, 4, 4, 5, 5, 6, 6, 6});
  const auto recovery = recovered(stored_files(in_term_7, log, {}, options), options);
  CHECK(recovery.restored.hard_state == in_term_7);
  CHECK(recovery.restored.log == Log(log));
  CHECK_FALSE(recovery.restored.snapshot);
  CHECK_FALSE(recovery.torn_tail);
  CHECK(recovery.notes.empty());
}

TEST_CASE("Stored files with a snapshot bring back the snapshot and the log behind it") {
  PersistenceOptions options;
  options.mode = GENERATE(PersistenceMode::append, PersistenceMode::rewrite);
  const std::uint64_t covered = GENERATE(1U, 3U, 5U);
  const auto log = entries_of_terms({1, 1, 2, 2, 3});
  const auto snapshot = make_shared_value<const Snapshot>(
      Snapshot{{{covered}, log[covered - 1].term}, Configuration::of_voters(ServerSet::first(3)), Bytes("a state")});
  const auto recovery = recovered(stored_files(in_term_7, log, snapshot, options), options);
  REQUIRE(recovery.restored.snapshot);
  CHECK(*recovery.restored.snapshot == *snapshot);
  CHECK(recovery.restored.log.base() == snapshot->last);
  CHECK(recovery.restored.log.last() == LogPosition{{5}, {3}});
  CHECK(recovery.restored.hard_state == in_term_7);
}

TEST_CASE("A log longer than a segment is stored in as many segments as it takes") {
  const PersistenceOptions options{.segment_bytes = 256};
  const auto stored = stored_files(in_term_7, entries_of_terms({1, 1, 1, 1, 1, 1, 1, 1}), {}, options);
  CHECK(stored.size() > 2);
  for (const auto& [file, bytes] : stored) CHECK(is_segment(file));
}

TEST_CASE("A server that has never run has no files, and neither has one without a disk") {
  CHECK(stored_files({}, {}, {}, {}).empty());
  CHECK(stored_files(in_term_7, entries_of_terms({1}), {}, {.mode = PersistenceMode::none}).empty());
}

}  // namespace raftsim::core::testing
