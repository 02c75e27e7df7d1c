// The disk while the power is on: a queue, a page cache, and what is durable when.
#include "sim/disk.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "catch.hpp"
#include "sim/laboratory.hpp"

using namespace raftsim::sim;
using namespace std::chrono_literals;

namespace {

using Kind = DiskOperationKind;

DiskSettings slow_fsync() {
  DiskSettings settings;
  settings.latency = Distribution::fixed(Duration(1ms));
  settings.fsync_latency = Distribution::fixed(Duration(10ms));
  return settings;
}

// Submits operations to a disk without a world and carries them out.
struct Bench {
  Choices choices{1};
  Disk disk{DiskSettings{}, HostId{0}};
  void do_all() {
    while (const auto done = disk.busy_until()) disk.complete_head(*done, choices);
  }
  void operator()(DiskOperation operation) {
    disk.submit(Time{}, 1, std::move(operation), choices);
    do_all();
  }
};

}  // namespace

TEST_CASE("operations are done one after the other, so everything piles up behind an fsync") {
  const DiskSettings settings = slow_fsync();
  Laboratory lab({}, 1, &settings);
  lab.submit(0, {.kind = Kind::create, .file = 1});
  lab.submit(0, {.kind = Kind::write, .file = 1, .bytes = "first"});
  lab.submit(0, {.kind = Kind::fsync, .file = 1});
  lab.submit(0, {.kind = Kind::write, .file = 1, .offset = 5, .tag = 9, .bytes = "second"});
  lab.submit(0, {.kind = Kind::fsync, .file = 1});
  CHECK(lab.world.disk(HostId{0}).queue_length() == 5);
  lab.run();
  CHECK(lab.notes(0).done == std::vector<OperationId>{1, 2, 3, 4, 5});
  CHECK(lab.notes(0).done_at == std::vector<Time>{at_ms(1), at_ms(2), at_ms(12), at_ms(13), at_ms(23)});
  const DiskStatistics& statistics = lab.world.disk(HostId{0}).statistics();
  CHECK(statistics.operations[static_cast<std::size_t>(Kind::fsync)] == 2);
  CHECK(statistics.longest_queue == 5);
  CHECK(statistics.bytes_written == 11);
  CHECK(statistics.bytes_synced == 11);
}

TEST_CASE("an fsync takes as long as what it writes back") {
  DiskSettings settings = slow_fsync();
  settings.bytes_per_second = 1'000'000;
  Laboratory lab({}, 1, &settings);
  lab.submit(0, {.kind = Kind::create, .file = 1});
  lab.submit(0, {.kind = Kind::write, .file = 1, .bytes = std::string(5000, 'x')});
  lab.submit(0, {.kind = Kind::write, .file = 1, .offset = 1000, .bytes = std::string(5000, 'y')});  // 6000 in all
  lab.submit(0, {.kind = Kind::fsync, .file = 1});
  lab.submit(0, {.kind = Kind::fsync, .file = 1});  // nothing left to write
  lab.run();
  CHECK(lab.notes(0).done_at[3] == at_ms(3 + 10 + 6));
  CHECK(lab.notes(0).done_at[4] == at_ms(3 + 10 + 6 + 10));
}

TEST_CASE("a slow disk takes so many times as long") {
  const DiskSettings settings = slow_fsync();
  Laboratory lab({}, 1, &settings);
  lab.submit(0, {.kind = Kind::create, .file = 1});
  lab.run();
  lab.world.set_disk_slowdown(HostId{0}, 7, 2);
  lab.submit(0, {.kind = Kind::fsync, .file = 1});
  lab.run();
  CHECK(lab.notes(0).done_at == std::vector<Time>{at_ms(1), at_ms(1 + 35)});
  lab.world.set_disk_slowdown(HostId{0}, 1, 1);
  lab.submit(0, {.kind = Kind::fsync, .file = 1});
  lab.run();
  CHECK(lab.notes(0).done_at.back() == at_ms(36 + 10));
}

// A device that hangs, hangs in the middle of what it does; one that recovers, finishes it at full speed.
TEST_CASE("a disk that becomes slow, or fast again, takes what is left of the operation under way with it") {
  const DiskSettings settings = slow_fsync();
  Laboratory lab({}, 1, &settings);
  lab.submit(0, {.kind = Kind::create, .file = 1});
  lab.run();
  lab.submit(0, {.kind = Kind::fsync, .file = 1});  // 10 ms, from 1 ms on
  lab.submit(0, {.kind = Kind::fsync, .file = 1});
  lab.wait_until(at_ms(7));
  lab.world.set_disk_slowdown(HostId{0}, 100'000, 1);  // 4 ms are left: now 400 s
  CHECK(lab.world.disk(HostId{0}).busy_until() == at_ms(400'007));
  lab.wait_until(at_ms(100'007));
  CHECK(lab.notes(0).done.size() == 1);  // a quarter of that
  lab.world.set_disk_slowdown(HostId{0}, 1, 1);
  lab.run();
  CHECK(lab.notes(0).done_at == std::vector<Time>{at_ms(1), at_ms(100'010), at_ms(100'020)});
  lab.world.set_disk_slowdown(HostId{0}, 9, 1);  // nothing is under way
  CHECK(lab.world.idle());
}

TEST_CASE("a disk that is slow beyond all time is busy for ever, and no time runs over") {
  DiskSettings settings;
  settings.latency = Distribution::fixed(Duration(24h));
  Laboratory lab({}, 1, &settings);
  lab.world.set_disk_slowdown(HostId{0}, 1'000'000, 1);
  lab.submit(0, {.kind = Kind::create, .file = 1});
  CHECK(lab.world.disk(HostId{0}).busy_until() > Time(24h * 365 * 50));
  lab.world.set_disk_slowdown(HostId{0}, 4'000'000'000, 1);
  CHECK(lab.world.disk(HostId{0}).busy_until() > Time(24h * 365 * 50));
  CHECK_THROWS_AS(lab.world.set_disk_slowdown(HostId{0}, 0, 1), std::logic_error);
}

TEST_CASE("a write shows when it completes, and is durable when an fsync behind it completes") {
  const DiskSettings settings = slow_fsync();
  Laboratory lab({}, 1, &settings);
  const Disk& disk = lab.world.disk(HostId{0});
  lab.submit(0, {.kind = Kind::create, .file = 1});
  lab.submit(0, {.kind = Kind::fsync_directory});
  lab.submit(0, {.kind = Kind::write, .file = 1, .bytes = "promise"});
  lab.submit(0, {.kind = Kind::fsync, .file = 1});
  lab.run(at_ms(11));
  CHECK(disk.read(1).empty());
  lab.run(at_ms(12));
  CHECK(disk.read(1) == "promise");
  CHECK(disk.durable(1).empty());
  lab.run(at_ms(21));
  CHECK(disk.durable(1).empty());
  lab.run(at_ms(22));
  CHECK(disk.durable(1) == "promise");
}

TEST_CASE("writes beyond the end leave zeros, and truncation works both ways") {
  Bench bench;
  bench({.kind = Kind::create, .file = 1});
  bench({.kind = Kind::write, .file = 1, .offset = 3, .bytes = "def"});
  CHECK(bench.disk.read(1) == std::string("\0\0\0def", 6));
  bench({.kind = Kind::truncate, .file = 1, .offset = 4});
  CHECK(bench.disk.read(1) == std::string("\0\0\0d", 4));
  bench({.kind = Kind::truncate, .file = 1, .offset = 6});
  CHECK(bench.disk.read(1) == std::string("\0\0\0d\0\0", 6));
  bench({.kind = Kind::fsync, .file = 1});
  bench({.kind = Kind::fsync_directory});
  CHECK(bench.disk.durable(1) == bench.disk.read(1));
  bench({.kind = Kind::create, .file = 1});  // O_TRUNC
  CHECK(bench.disk.read(1).empty());
  CHECK(bench.disk.durable(1).size() == 6);
}

TEST_CASE("a name is durable after fsync_directory, its bytes after fsync, and a rename carries them along") {
  Bench bench;
  const Disk& disk = bench.disk;
  bench({.kind = Kind::create, .file = 1});
  bench({.kind = Kind::write, .file = 1, .bytes = "old state"});
  bench({.kind = Kind::fsync, .file = 1});
  CHECK(disk.durable_files().empty());
  bench({.kind = Kind::fsync_directory});
  CHECK(disk.durable(1) == "old state");

  bench({.kind = Kind::create, .file = 2});
  bench({.kind = Kind::write, .file = 2, .bytes = "new"});
  bench({.kind = Kind::fsync, .file = 2});
  bench({.kind = Kind::rename, .file = 2, .target = 1});
  CHECK(disk.files() == std::vector<FileNumber>{1});
  CHECK(disk.read(1) == "new");
  CHECK(disk.durable(1) == "old state");  // a crash may still undo the rename
  const std::uint64_t before = disk.durable_version(1);
  bench({.kind = Kind::fsync_directory});
  CHECK(disk.durable(1) == "new");
  CHECK(disk.durable_version(1) > before);
  CHECK(disk.durable_changed_from(1, before) == 0);  // another file altogether
  CHECK(disk.durable_files() == std::vector<FileNumber>{1});

  bench({.kind = Kind::unlink, .file = 1});
  CHECK_FALSE(disk.exists(1));
  CHECK(disk.durable(1) == "new");
  bench({.kind = Kind::fsync_directory});
  CHECK(disk.durable_files().empty());
  CHECK(disk.durable_version(1) == 0);
}

TEST_CASE("a file that takes the place of a deleted one starts empty") {
  Bench bench;
  bench({.kind = Kind::create, .file = 1});
  bench({.kind = Kind::write, .file = 1, .bytes = "left behind"});
  bench({.kind = Kind::fsync, .file = 1});
  bench({.kind = Kind::fsync_directory});
  bench({.kind = Kind::unlink, .file = 1});
  bench({.kind = Kind::create, .file = 1});
  CHECK(bench.disk.read(1).empty());
  CHECK(bench.disk.durable(1) == "left behind");
  bench({.kind = Kind::fsync_directory});
  CHECK(bench.disk.durable(1).empty());
  CHECK(bench.disk.durable_exists(1));
  bench({.kind = Kind::create, .file = 2});  // where the first one was kept
  bench({.kind = Kind::fsync_directory});
  CHECK(bench.disk.read(2).empty());
  CHECK(bench.disk.durable(2).empty());
}

TEST_CASE("a reader learns that a name means another file, even one that was synced before it last looked") {
  Bench bench;
  for (const FileNumber file : {1U, 2U}) {
    bench({.kind = Kind::create, .file = file});
    bench({.kind = Kind::write, .file = file, .bytes = "some bytes"});
  }
  bench({.kind = Kind::fsync_directory});
  bench({.kind = Kind::fsync, .file = 2});
  bench({.kind = Kind::fsync, .file = 1});
  const std::uint64_t seen = bench.disk.durable_version(1);
  bench({.kind = Kind::rename, .file = 2, .target = 1});
  bench({.kind = Kind::fsync_directory});
  CHECK(bench.disk.durable_version(1) > seen);
  CHECK(bench.disk.durable_changed_from(1, seen) == 0);
}

TEST_CASE("an fsync with nothing to sync changes nothing") {
  Bench bench;
  bench({.kind = Kind::create, .file = 1});
  bench({.kind = Kind::write, .file = 1, .bytes = "0123456789"});
  bench({.kind = Kind::fsync, .file = 1});
  bench({.kind = Kind::fsync_directory});
  bench({.kind = Kind::truncate, .file = 1, .offset = 4});
  bench({.kind = Kind::fsync, .file = 1});
  const std::uint64_t version = bench.disk.durable_version();
  bench({.kind = Kind::fsync, .file = 1});
  bench({.kind = Kind::fsync_directory});
  CHECK(bench.disk.durable_version() == version);
}

TEST_CASE("an operation on a file that is not there is an error of the process") {
  Bench bench;
  CHECK_THROWS_AS(bench({.kind = Kind::write, .file = 3, .bytes = "x"}), std::logic_error);
}

TEST_CASE("a reader that tails the durable image reads only what changed") {
  Bench bench;
  const Disk& disk = bench.disk;
  bench({.kind = Kind::create, .file = 1});
  bench({.kind = Kind::fsync_directory});
  std::uint64_t version = disk.durable_version(1);
  std::string mirror(disk.durable(1));
  std::uint64_t random = 0;
  const auto next = [&](std::uint64_t below) { return scramble(++random) % below; };
  std::uint64_t read = 0;
  std::uint64_t all = 0;  // what a reader without a memory would have read
  std::uint64_t crashes = 0;
  for (int i = 0; i < 2000; ++i) {
    const std::uint64_t size = bench.disk.read(1).size();
    const std::uint64_t dice = next(20);
    if (dice == 0) {
      bench({.kind = Kind::truncate, .file = 1, .offset = size - next(size / 4 + 1)});
    } else if (dice == 1 && size > 0) {
      bench({.kind = Kind::write, .file = 1, .offset = next(size), .bytes = "over"});
    } else {
      bench(
          {.kind = Kind::write, .file = 1, .offset = size, .bytes = std::string(20, static_cast<char>('a' + i % 26))});
    }
    if (next(3) == 0) bench({.kind = Kind::fsync, .file = 1});
    if (dice == 2) bench.disk.crash(bench.choices, ++crashes);
    if (next(8) != 0) continue;  // does not look each time
    const std::uint64_t from = disk.durable_changed_from(1, version);
    if (disk.durable_version(1) == version) CHECK(mirror == disk.durable(1));
    all += disk.durable(1).size();
    mirror.resize(std::min<std::uint64_t>(from, mirror.size()));
    if (mirror.size() < disk.durable(1).size()) {
      read += disk.durable(1).size() - mirror.size();
      mirror += disk.durable(1).substr(mirror.size());
    }
    version = disk.durable_version(1);
    REQUIRE(mirror == disk.durable(1));
  }
  CHECK(read < all / 2);
}

TEST_CASE("a reader that looks after each sync of an appended file never reads a byte twice") {
  Bench bench;
  bench({.kind = Kind::create, .file = 1});
  bench({.kind = Kind::fsync_directory});
  std::uint64_t version = bench.disk.durable_version(1);
  for (std::uint64_t i = 0; i < 200; ++i) {
    bench({.kind = Kind::write, .file = 1, .offset = 30 * i, .bytes = std::string(30, 'x')});
    CHECK(bench.disk.durable_version(1) == version);
    bench({.kind = Kind::fsync, .file = 1});
    CHECK(bench.disk.durable_changed_from(1, version) == 30 * i);
    version = bench.disk.durable_version(1);
  }
}

TEST_CASE("who asks what became durable since a version is shown every file that did") {
  Bench bench;
  const auto any = [&](std::uint64_t nth, std::uint64_t count) {
    return bench.choices.decide({Purpose::first_of_scenario, 0, nth},
                                Distribution::uniform(std::uint64_t{0}, count - 1));
  };
  std::uint64_t version = 0;
  std::uint64_t crashes = 0;
  for (std::uint64_t round = 0; round < 400; ++round) {
    const FileNumber file = 1 + any(round * 4, 6);
    const bool exists = bench.disk.exists(file);
    switch (any(round * 4 + 1, 8)) {
      case 0:
        bench({.kind = Kind::fsync_directory});
        break;
      case 1:
        if (exists) bench({.kind = Kind::rename, .file = file, .target = 1 + any(round * 4 + 2, 6)});
        break;
      case 2:
        if (exists) bench({.kind = Kind::unlink, .file = file});
        break;
      case 3:
        bench.disk.crash(bench.choices, ++crashes);
        break;
      default:
        if (!exists) bench({.kind = Kind::create, .file = file});
        bench({.kind = Kind::write, .file = file, .offset = round, .bytes = "x"});
        bench({.kind = Kind::fsync, .file = file});
    }
    if (any(round * 4 + 3, 3) != 0) continue;  // looks now and then
    const auto shown = bench.disk.durable_directory(version);
    for (const FileNumber each : bench.disk.durable_files()) {
      if (bench.disk.durable_version(each) <= version) continue;
      CHECK(std::any_of(shown.begin(), shown.end(), [&](const auto& entry) { return entry.file == each; }));
    }
    version = bench.disk.durable_version();
  }
}

TEST_CASE("who tails the last of many files is not shown the others") {
  Bench bench;
  for (FileNumber file = 1; file <= 100; ++file) {
    bench({.kind = Kind::create, .file = file});
    bench({.kind = Kind::fsync, .file = file});
    bench({.kind = Kind::fsync_directory});
    const std::uint64_t version = bench.disk.durable_version();
    CHECK(bench.disk.durable_directory(version).empty());
    bench({.kind = Kind::write, .file = file, .bytes = "x"});
    bench({.kind = Kind::fsync, .file = file});
    CHECK(bench.disk.durable_directory(version).size() == 1);
  }
}
