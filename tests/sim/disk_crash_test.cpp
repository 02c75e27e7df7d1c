// The disk when the power fails: each unsynced sector comes out by itself, names survive as a prefix.
#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "catch.hpp"
#include "sim/disk.hpp"
#include "sim/fingerprint.hpp"
#include "sim/laboratory.hpp"

using namespace raftsim::sim;
using namespace std::chrono_literals;

namespace {

using Kind = DiskOperationKind;

// A disk of 4-byte sectors whose crash outcomes are dictated: by weight, or sector by sector.
struct Crashing {
  explicit Crashing(DiskSettings settings, std::vector<Override> overrides = {}, std::uint64_t seed = 1)
      : choices(seed, std::move(overrides)), disk(std::move(settings), HostId{0}) {}
  void operator()(DiskOperation operation) {
    disk.submit(Time{}, 1, std::move(operation), choices);
    while (const auto done = disk.busy_until()) disk.complete_head(*done, choices);
  }
  // A durable file 1 with this content.
  void durable_file(std::string bytes) {
    (*this)({.kind = Kind::create, .file = 1});
    (*this)({.kind = Kind::write, .file = 1, .bytes = std::move(bytes)});
    (*this)({.kind = Kind::fsync, .file = 1});
    (*this)({.kind = Kind::fsync_directory});
  }
  // What is left, and certainly the same to both views.
  std::string after_crash(FileNumber file = 1) {
    disk.crash(choices, crashes++);
    CHECK(disk.read(file) == disk.durable(file));
    CHECK(disk.files() == disk.durable_files());
    return std::string(disk.read(file));
  }
  Choices choices;
  Disk disk;
  std::uint64_t crashes = 0;
};

DiskSettings sectors_of_4(std::uint32_t old, std::uint32_t fresh, std::uint32_t torn, std::uint32_t garbage) {
  DiskSettings settings;
  settings.sector_bytes = 4;
  settings.weight_old = old;
  settings.weight_new = fresh;
  settings.weight_torn = torn;
  settings.weight_garbage = garbage;
  return settings;
}

// Of file 1 in the first crash.
Override sector(std::uint64_t number, SectorOutcome outcome) {
  return {{Purpose::sector_outcome, 0, 0, sector_item(1, number)}, static_cast<std::uint64_t>(outcome)};
}
Override tear(std::uint64_t number, std::uint64_t bytes) {
  return {{Purpose::sector_tear, 0, 0, sector_item(1, number)}, bytes};
}
Override shorter(std::uint64_t answer) { return {{Purpose::length_survival, 0, 0, 1}, answer}; }
// The first `kept` of `count` changes of names.
Override names(std::uint64_t kept, std::uint64_t count) {
  return {{Purpose::metadata_survival, 0, 0}, (kept * metadata_survival_range + count) / (count + 1)};
}

}  // namespace

TEST_CASE("each unsynced sector comes out old, new or torn by itself: synced ones are left alone") {
  Crashing crashing(sectors_of_4(1, 1, 1, 0), {sector(0, SectorOutcome::fresh), sector(1, SectorOutcome::old),
                                               sector(2, SectorOutcome::torn), tear(2, 3)});
  crashing.durable_file("aaaabbbbccccdddd");
  crashing({.kind = Kind::write, .file = 1, .offset = 0, .bytes = "AAAABBBBCCCC"});
  CHECK(crashing.after_crash() == "AAAAbbbbCCCcdddd");
  CHECK(crashing.disk.statistics().sectors == std::array<std::uint64_t, 4>{1, 1, 1, 0});
}

TEST_CASE("garbage is confined to its sector") {
  Crashing crashing(sectors_of_4(1, 1, 1, 1), {sector(0, SectorOutcome::garbage), sector(1, SectorOutcome::old)});
  crashing.durable_file("aaaabbbbcccc");
  crashing({.kind = Kind::write, .file = 1, .offset = 2, .bytes = "xxxx"});
  const std::string left = crashing.after_crash();
  CHECK(left.substr(0, 4) != "aaaa");
  CHECK(left.substr(0, 4) != "aaxx");
  CHECK(left.substr(4) == "bbbbcccc");
}

TEST_CASE("two writes into one sector share its fate") {
  Crashing crashing(sectors_of_4(1, 1, 1, 0), {sector(0, SectorOutcome::fresh), sector(1, SectorOutcome::old)});
  crashing.durable_file("aaaabbbb");
  crashing({.kind = Kind::write, .file = 1, .offset = 0, .bytes = "X"});
  crashing({.kind = Kind::write, .file = 1, .offset = 2, .bytes = "Y"});
  crashing({.kind = Kind::write, .file = 1, .offset = 6, .bytes = "Z"});
  CHECK(crashing.after_crash() == "XaYabbbb");
}

TEST_CASE("a file that grew ends behind the last sector that was written back, with zeros for what was not") {
  const DiskSettings settings = sectors_of_4(1, 1, 1, 0);
  const auto outcome = [&](std::vector<Override> overrides) {
    Crashing crashing(settings, std::move(overrides));
    crashing.durable_file("aaaabb");
    crashing({.kind = Kind::write, .file = 1, .offset = 6, .bytes = "BBccccdddde"});
    return crashing.after_crash();
  };
  using enum SectorOutcome;
  CHECK(outcome({sector(1, old), sector(2, old), sector(3, old), sector(4, old)}) == "aaaabb");
  CHECK(outcome({sector(1, fresh), sector(2, fresh), sector(3, fresh), sector(4, fresh)}) == "aaaabbBBccccdddde");
  CHECK(outcome({sector(1, fresh), sector(2, old), sector(3, old), sector(4, old)}) == "aaaabbBB");
  CHECK(outcome({sector(1, old), sector(2, old), sector(3, fresh), sector(4, old)}) ==
        std::string("aaaabb\0\0\0\0\0\0dddd", 16));
  CHECK(outcome({sector(1, fresh), sector(2, torn), tear(2, 1), sector(3, old), sector(4, old)}) ==
        std::string("aaaabbBBc\0\0\0", 12));
  CHECK(outcome({sector(1, old), sector(2, old), sector(3, old), sector(4, fresh)}) ==
        std::string("aaaabb\0\0\0\0\0\0\0\0\0\0e", 17));
}

TEST_CASE("a file that shrank has its old length or its new one") {
  for (const std::uint64_t survived : {0U, 1U}) {
    Crashing crashing(sectors_of_4(1, 1, 1, 0), {shorter(survived), sector(1, SectorOutcome::fresh)});
    crashing.durable_file("aaaabbbbcccc");
    crashing({.kind = Kind::create, .file = 2});
    crashing({.kind = Kind::truncate, .file = 1, .offset = 5});
    crashing({.kind = Kind::write, .file = 1, .offset = 5, .bytes = "XX"});
    CHECK(crashing.after_crash() == (survived == 1 ? "aaaabXX" : "aaaabXXbcccc"));
  }
}

TEST_CASE("without tearing and garbage, every byte after a crash is the old one or the new one") {
  std::set<std::string> seen;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Crashing crashing(sectors_of_4(1, 1, 0, 0), {}, seed);
    crashing.durable_file("aaaaaaaa");
    crashing({.kind = Kind::write, .file = 1, .offset = 0, .bytes = "bbbbbbbb"});
    seen.insert(crashing.after_crash());
  }
  CHECK(seen == std::set<std::string>{"aaaaaaaa", "aaaabbbb", "bbbbaaaa", "bbbbbbbb"});
}

TEST_CASE("what is not in the queue's past did not happen: a crash drops the queue") {
  DiskSettings settings = sectors_of_4(0, 1, 0, 0);  // the page cache survives in full
  settings.latency = Distribution::fixed(Duration(1ms));
  Laboratory lab({}, 1, &settings);
  lab.submit(0, {.kind = Kind::create, .file = 1});
  lab.submit(0, {.kind = Kind::fsync_directory});
  lab.submit(0, {.kind = Kind::write, .file = 1, .bytes = "done"});
  lab.submit(0, {.kind = Kind::write, .file = 1, .offset = 4, .bytes = "never"});
  lab.run(at_ms(2));
  lab.world.crash(HostId{0});
  const Disk& disk = lab.world.disk(HostId{0});
  CHECK(disk.read(1) == "done");
  CHECK(disk.queue_length() == 0);
  CHECK(disk.statistics().dropped == 1);
  CHECK(lab.world.idle());  // nobody hears of the fourth operation
  CHECK(lab.notes(0).done == std::vector<OperationId>{1, 2, 3});
}

TEST_CASE("of names that are not yet synced a prefix survives") {
  std::map<std::vector<FileNumber>, int> seen;
  for (std::uint64_t kept = 0; kept <= 3; ++kept) {
    Crashing crashing(sectors_of_4(0, 1, 0, 0), {names(kept, 3)});
    crashing.durable_file("old");
    crashing({.kind = Kind::create, .file = 2});
    crashing({.kind = Kind::write, .file = 2, .bytes = "new state"});
    crashing({.kind = Kind::fsync, .file = 2});
    crashing({.kind = Kind::rename, .file = 2, .target = 1});
    crashing({.kind = Kind::create, .file = 3});
    const std::string state = crashing.after_crash();
    CHECK(state == (kept < 2 ? "old" : "new state"));
    ++seen[crashing.disk.files()];
  }
  CHECK(seen == std::map<std::vector<FileNumber>, int>{{{1}, 2}, {{1, 2}, 1}, {{1, 3}, 1}});
}

TEST_CASE("renaming before the new file is synced can leave a name with nothing behind it") {
  Crashing crashing(sectors_of_4(1, 0, 0, 0), {names(2, 2)});
  crashing.durable_file("old");
  crashing({.kind = Kind::create, .file = 2});
  crashing({.kind = Kind::write, .file = 2, .bytes = "new state"});
  crashing({.kind = Kind::rename, .file = 2, .target = 1});
  CHECK(crashing.after_crash().empty());
}

TEST_CASE("what a crash left is durable: a second crash changes nothing") {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    Crashing crashing(sectors_of_4(1, 1, 1, 1), {}, seed);
    crashing.durable_file(std::string(100, 'a'));
    crashing({.kind = Kind::write, .file = 1, .offset = 30, .bytes = std::string(100, 'b')});
    const std::string left = crashing.after_crash();
    CHECK(left.substr(0, 28) == std::string(28, 'a'));
    CHECK(crashing.after_crash() == left);
  }
}

// What the shrinker, and anybody who asks "what if that crash had not been?", relies on.
TEST_CASE("how a sector comes out of a crash depends on neither the crashes before it nor on other files") {
  const auto left = [](bool another_crash, bool another_file) {
    Crashing crashing(sectors_of_4(1, 1, 1, 1), {}, 3);
    crashing.durable_file(std::string(400, 'a'));
    if (another_file) crashing({.kind = Kind::create, .file = 0});
    if (another_file) crashing({.kind = Kind::write, .file = 0, .bytes = std::string(100, 'x')});
    if (another_crash) {
      crashing({.kind = Kind::write, .file = 1, .bytes = std::string(40, 'x')});
      crashing.disk.crash(crashing.choices, 77);
      crashing({.kind = Kind::write, .file = 1, .bytes = std::string(400, 'a')});
      crashing({.kind = Kind::fsync, .file = 1});
    }
    crashing({.kind = Kind::write, .file = 1, .bytes = std::string(400, 'b')});
    crashing.crashes = 5;
    return crashing.after_crash();
  };
  CHECK(left(true, false) == left(false, false));
  CHECK(left(false, true) == left(false, false));
}

TEST_CASE("where a sector tears is decided for a whole sector: a shorter last one tears in proportion") {
  const auto bytes_of_the_last = [](std::size_t size, std::uint64_t torn_at) {
    Crashing crashing(sectors_of_4(0, 0, 1, 0), {tear(1, torn_at)});
    crashing.durable_file("aaaa");
    crashing({.kind = Kind::write, .file = 1, .offset = 4, .bytes = std::string(size, 'b')});
    const std::string left = crashing.after_crash();
    return std::count(left.begin(), left.end(), 'b');
  };
  CHECK(bytes_of_the_last(4, 1) == 1);
  CHECK(bytes_of_the_last(4, 3) == 3);
  CHECK(bytes_of_the_last(2, 1) == 1);
  CHECK(bytes_of_the_last(2, 3) == 1);
  CHECK(bytes_of_the_last(1, 2) == 1);
}

// The durable image is kept up to date by small steps; here it is compared with one that is copied whole.
TEST_CASE("the durable image is exactly what the last fsync saw") {
  std::uint64_t random = 0;
  const auto next = [&](std::uint64_t below) { return scramble(++random) % below; };
  Crashing crashing(sectors_of_4(1, 1, 1, 1));
  crashing.durable_file("");
  std::string durable;
  std::string cached;
  for (int i = 0; i < 5000; ++i) {
    const std::uint64_t dice = next(12);
    if (dice < 8) {
      const std::uint64_t offset = next(cached.size() + 10);
      const std::string bytes(next(40), static_cast<char>('a' + i % 26));
      if (cached.size() < offset + bytes.size()) cached.resize(offset + bytes.size(), '\0');
      if (cached.size() < offset) cached.resize(offset, '\0');
      cached.replace(offset, bytes.size(), bytes);
      crashing({.kind = Kind::write, .file = 1, .offset = offset, .bytes = bytes});
    } else if (dice < 10) {
      cached.resize(next(cached.size() + 5), '\0');
      crashing({.kind = Kind::truncate, .file = 1, .offset = cached.size()});
    } else if (dice == 10) {
      durable = cached;
      crashing({.kind = Kind::fsync, .file = 1});
    } else if (next(10) == 0) {
      durable = cached = crashing.after_crash();
    }
    REQUIRE(crashing.disk.read(1) == cached);
    REQUIRE(crashing.disk.durable(1) == durable);
  }
}

TEST_CASE("a latent error flips bits of the medium, and a later version says so") {
  Crashing crashing(sectors_of_4(1, 1, 1, 0));
  crashing.durable_file("aaaabbbb");
  const std::uint64_t before = crashing.disk.durable_version(1);
  crashing.disk.corrupt(1, 5, 0x03);
  CHECK(crashing.disk.durable(1) == "aaaababb");
  CHECK(crashing.disk.read(1) == "aaaababb");
  CHECK(crashing.disk.durable_changed_from(1, before) == 5);
  CHECK_THROWS_AS(crashing.disk.corrupt(1, 8, 1), std::logic_error);
}

TEST_CASE("A file that is placed on a disk before the run is durable, and was no work of the run") {
  Crashing disk(DiskSettings{});
  disk.disk.place(1, "bytes");
  CHECK(disk.disk.durable(1) == "bytes");
  CHECK(disk.disk.durable_exists(1));
  CHECK(disk.disk.statistics() == DiskStatistics{});
  CHECK(disk.after_crash() == "bytes");
}
