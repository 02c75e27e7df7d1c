// What a crash or a bad disk leaves of a write-ahead log, and what recovery may do with it.
#include <array>
#include <string>

#include "catch.hpp"
#include "core/persistence/record.hpp"
#include "test_disk.hpp"

namespace raftsim::core::testing {
namespace {

constexpr std::uint64_t wal_1 = 1;

// Three batches in one segment: a vote, then two entries, then two more that replace the second.
TestServer three_batches(const PersistenceOptions& options = {}) {
  TestServer server(options);
  server.write(HardState{Term{1}, ServerId{1}});
  server.run();
  server.append(1, {"first", "second"});
  server.run();
  server.write(HardState{Term{2}, ServerId{3}}, 2, entries(2, {"other second", "third"}));
  server.run();
  return server;
}

std::vector<Record> records_in(std::uint64_t file, std::string_view bytes) {
  std::vector<Record> result;
  std::uint64_t offset = 0;
  while (const auto record = read_record(file, bytes, offset)) {
    result.push_back(*record);
    offset = record->end();
  }
  return result;
}

Recovery recover_from(std::string_view segment) { return recover({{wal_1, segment}}, {}); }

}  // namespace

TEST_CASE("An empty disk recovers as a server that has never run") {
  const auto recovery = recover({}, {});
  REQUIRE(std::holds_alternative<Recovered>(recovery));
  CHECK(std::get<Recovered>(recovery).restored == Restored{});
  CHECK(std::get<Recovered>(recovery).repairs.empty());
}

TEST_CASE("A log truncated anywhere in its last batch recovers every complete record before the cut") {
  TestServer server = three_batches();
  const std::string whole = server.disk.seen(wal_1);
  const auto records = records_in(wal_1, whole);
  const std::uint64_t last_batch = records.back().synced_through;
  for (std::uint64_t length = last_batch; length <= whole.size(); ++length) {
    INFO("cut at " << length);
    std::size_t intact = 0;
    while (intact < records.size() && records[intact].end() <= length) ++intact;

    const auto recovery = recover_from(std::string_view(whole).substr(0, length));
    REQUIRE(std::holds_alternative<Recovered>(recovery));
    const auto& recovered = std::get<Recovered>(recovery);
    CHECK(recovered.restored == server.history[intact - 1]);  // the segment's start is not a step of the history
    const bool torn = length != records[intact - 1].end();
    CHECK((recovered.repairs.front().kind == FileOperation::Kind::truncate) == torn);
    CHECK(recovered.notes.size() == (torn ? 1 : 0));
    CHECK(recovered.torn_tail == torn);
  }
}

TEST_CASE("A flipped bit is reported as corruption or lies in the last batch, and is never accepted") {
  TestServer server = three_batches();
  const std::string whole = server.disk.seen(wal_1);
  const auto records = records_in(wal_1, whole);
  const std::uint64_t last_batch = records.back().synced_through;
  REQUIRE(last_batch > 0);
  for (std::size_t hit = 0; hit < records.size(); ++hit) {
    for (std::uint64_t bit = 8 * records[hit].offset; bit < 8 * records[hit].end(); ++bit) {
      std::string damaged = whole;
      damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
      const auto recovery = recover_from(damaged);
      const auto* corruption = std::get_if<Corruption>(&recovery);
      if (records[hit].offset < last_batch) {
        if (corruption == nullptr) FAIL("bit " << bit << " went unnoticed");
        if (!(*corruption == Corruption{wal_1, records[hit].offset, "damaged record"})) FAIL("bit " << bit);
      } else {  // damage to the last batch looks like a batch that was never durable: what was before is kept
        if (corruption != nullptr) FAIL("bit " << bit << " of the last batch: " << corruption->what);
        if (!(std::get<Recovered>(recovery).restored == server.history[hit - 1])) FAIL("bit " << bit);
      }
    }
  }
}

TEST_CASE("A valid record after a hole does not prove damage, as sectors of a batch arrive in any order") {
  TestServer server = three_batches();
  std::string bytes = server.disk.seen(wal_1);
  const auto records = records_in(wal_1, bytes);
  const Record& in_last_batch = records[records.size() - 2];
  REQUIRE(in_last_batch.offset >= records.back().synced_through);
  bytes.replace(in_last_batch.offset, in_last_batch.size, in_last_batch.size, '\0');
  REQUIRE(read_record(wal_1, bytes, records.back().offset));
  CHECK(std::holds_alternative<Recovered>(recover_from(bytes)));
}

// Every way in which a crash may settle the sectors of a batch that is not durable. The sectors are small, so that
// there are several. The batch begins in the middle of a sector, unless the log aligns batches to sectors.
TEST_CASE("Durable records survive however a crash settles the sectors of the tail") {
  enum Outcome : std::uint8_t { old, fresh, torn, garbage };
  constexpr std::size_t sector = 64;
  const bool garbage_possible = GENERATE(false, true);
  const std::size_t outcomes = garbage_possible ? 4 : 3;
  TestServer server = three_batches({.sector_bytes = garbage_possible ? sector : 0});
  const std::string before = server.disk.seen(wal_1);
  server.append(2, {"a tail of three", "entries, of which a crash", "may leave anything"});
  server.step();  // written but not yet synced
  const std::string after = server.disk.seen(wal_1);

  const std::size_t first = before.size() / sector;
  const std::size_t count = (after.size() + sector - 1) / sector - first;
  REQUIRE(count >= 3);
  std::size_t combinations = 1;
  for (std::size_t i = 0; i < count; ++i) combinations *= outcomes;
  for (std::size_t combination = 0; combination < combinations; ++combination) {
    std::string bytes = before;
    bytes.resize(after.size());
    std::size_t rest = combination;
    for (std::size_t i = first; i < first + count; ++i, rest /= outcomes) {
      const std::size_t from = i * sector;
      const std::size_t size = std::min(sector, after.size() - from);
      const auto outcome = static_cast<Outcome>(rest % outcomes);
      if (outcome == fresh) bytes.replace(from, size, after, from, size);
      if (outcome == torn) bytes.replace(from, size / 2, after, from, size / 2);
      if (outcome == garbage) bytes.replace(from, size, size, '\xa5');
    }
    TestServer crashed = server;
    crashed.disk.seen(wal_1) = bytes;
    const auto recovery = recover(crashed.disk.files(), crashed.options);
    INFO("combination " << combination);
    REQUIRE(std::holds_alternative<Recovered>(recovery));
    REQUIRE(server.kept_what_was_durable(std::get<Recovered>(recovery).restored));

    // The log continues: the next batch is written after the cut and recovered.
    crashed.reboot();
    crashed.append(3, {"next"});
    crashed.run();
    const auto again = recover(crashed.disk.files(), crashed.options);
    REQUIRE(std::holds_alternative<Recovered>(again));
    REQUIRE(std::get<Recovered>(again).restored == crashed.history.back());
  }
}

// etcd had this bug (issue 22442): a tail was truncated in memory but not on disk, and reappeared after later records.
TEST_CASE("A truncated tail cannot reappear after later records") {
  TestServer server = three_batches();
  server.append(2, {"ghost 1", "ghost 2"});
  server.step();
  std::string& bytes = server.disk.seen(wal_1);
  bytes[bytes.size() - 90] ^= 1;  // "ghost 1" comes out torn, "ghost 2" whole
  server.disk.cut_power(true, true);
  const std::string with_ghost = server.disk.seen(wal_1);

  auto recovery = server.reboot();
  REQUIRE(std::holds_alternative<Recovered>(recovery));
  const std::uint64_t cut = std::get<Recovered>(recovery).repairs.front().offset;
  server.append(3, {"next"});
  for (const FileOperation& operation : server.queue) CHECK(operation.kind != FileOperation::Kind::write);  // it waits

  bool written = false;
  while (!written) {
    written = server.queue.front().kind == FileOperation::Kind::write;
    if (written) CHECK(server.disk.durable(wal_1).size() == cut);  // before the first record, the cut is durable
    REQUIRE(server.step());
  }
  server.run();
  CHECK(server.durable == Ticket{1});
  const auto again = recover(server.disk.files(), server.options);
  CHECK(std::get<Recovered>(again).restored == server.history.back());
}

TEST_CASE("A power failure at any operation, repairs included, loses nothing durable, and the log continues") {
  const bool names_survive = GENERATE(false, true);
  const bool contents_survive = GENERATE(false, true);
  const std::uint64_t sector_bytes = GENERATE(0U, 512U);
  const PersistenceOptions options{.segment_bytes = 300, .sector_bytes = sector_bytes};
  for (std::size_t steps = 0; steps < 60; ++steps) {
    TestServer server(options);
    std::size_t left = steps;
    for (int i = 0; i < 10 && left > 0; ++i) {
      server.append(1, {"command " + std::to_string(i), "and another"});
      while (left > 0 && server.step()) --left;
    }
    for (std::size_t steps_of_repair = 0; steps_of_repair < 5; ++steps_of_repair) {
      INFO(steps << " operations, then " << steps_of_repair << " of the repair");
      TestServer crashed = server;
      crashed.disk.cut_power(names_survive, contents_survive);
      const auto recovery = crashed.reboot();
      REQUIRE(std::holds_alternative<Recovered>(recovery));
      const Restored restored = std::get<Recovered>(recovery).restored;
      REQUIRE(server.kept_what_was_durable(restored));

      for (std::size_t i = 0; i < steps_of_repair; ++i) crashed.step();
      crashed.disk.cut_power(names_survive, contents_survive);
      REQUIRE(std::holds_alternative<Recovered>(crashed.reboot()));
      REQUIRE(crashed.history.back() == restored);
      for (int i = 0; i < 4; ++i) {
        crashed.append(2, {"after the crash"});
        crashed.run();
      }
      crashed.disk.cut_power(false, false);
      const auto again = recover(crashed.disk.files(), options);
      REQUIRE(std::holds_alternative<Recovered>(again));
      REQUIRE(std::get<Recovered>(again).restored == crashed.history.back());
    }
  }
}

TEST_CASE("A segment with a successor was durable to its end, so nothing may be missing from it") {
  TestServer server({.segment_bytes = 200});
  for (int i = 0; i < 8; ++i) {
    server.append(1, {"command " + std::to_string(i)});
    server.run();
  }
  const auto segments = server.disk.files();
  REQUIRE(segments.size() >= 3);
  const std::string second(segments.at(2));
  const auto records = records_in(2, second);
  const auto corruption_with = [&](std::string_view changed) {
    Files files = segments;
    files[2] = changed;
    auto recovery = recover(files, server.options);
    REQUIRE(std::holds_alternative<Corruption>(recovery));
    return std::get<Corruption>(recovery);
  };

  SECTION("its last record damaged, of which no later record of the segment tells") {
    std::string damaged = second;
    damaged.back() = 'x';
    CHECK(corruption_with(damaged) == Corruption{2, records.back().offset, "damaged record"});
  }
  SECTION("its last record missing without a trace") {
    const auto corruption = corruption_with(std::string_view(second).substr(0, records.back().offset));
    CHECK(corruption.file == 2);
    CHECK(corruption.offset == records.back().offset);
  }
  SECTION("all of it empty") { CHECK(corruption_with("") == Corruption{2, 0, "damaged record"}); }
  SECTION("a segment of the same length from another life of this server") {
    TestServer other(server.options);
    for (int i = 0; i < 8; ++i) {
      other.append(2, {"command " + std::to_string(i)});
      other.run();
    }
    CHECK(corruption_with(other.disk.seen(2)).what == "the segment does not continue the one before it");
  }
  SECTION("the file itself gone") {
    Files files = segments;
    files.erase(2);
    const auto recovery = recover(files, server.options);
    REQUIRE(std::holds_alternative<Corruption>(recovery));
    CHECK(std::get<Corruption>(recovery) == Corruption{2, 0, "the segment is missing"});
  }
}

TEST_CASE("A last segment without a start record is removed and created again") {
  TestServer server({.segment_bytes = 200});
  for (int i = 0; i < 4; ++i) {
    server.append(1, {"command " + std::to_string(i)});
    server.run();
  }
  const std::uint64_t unborn = server.disk.files().rbegin()->first + 1;
  server.disk.apply({.kind = FileOperation::Kind::create, .file = unborn});
  server.disk.apply({.kind = FileOperation::Kind::write, .file = unborn, .bytes = std::string(40, '\0')});
  const Restored before = server.history.back();
  const auto recovery = server.reboot();
  REQUIRE(std::holds_alternative<Recovered>(recovery));
  CHECK(std::get<Recovered>(recovery).restored == before);
  CHECK(std::get<Recovered>(recovery).repairs.front().kind == FileOperation::Kind::unlink);
  server.append(2, {"next"});
  server.run();
  CHECK(std::get<Recovered>(recover(server.disk.files(), server.options)).restored == server.history.back());
}

}  // namespace raftsim::core::testing
