// Disks that do worse than crash: errors, lies, damage, and what a process can tell of them.
#include <algorithm>
#include <set>
#include <string>

#include "catch.hpp"
#include "sim/disk.hpp"
#include "sim/laboratory.hpp"

using namespace raftsim::sim;
using namespace std::chrono_literals;

namespace {

using Kind = DiskOperationKind;

// A disk of 4-byte sectors with one file; of what is not synced a crash leaves nothing, or all.
struct Troubled {
  explicit Troubled(bool keeps_unsynced = false, std::string bytes = "AAAABBBB")
      : disk(settings(keeps_unsynced), HostId{0}) {
    (*this)({.kind = Kind::create, .file = 1});
    (*this)({.kind = Kind::fsync_directory});
    append(std::move(bytes));
    sync();
  }
  static DiskSettings settings(bool keeps_unsynced) {
    DiskSettings result;
    result.sector_bytes = 4;
    result.weight_old = keeps_unsynced ? 0 : 1;
    result.weight_new = keeps_unsynced ? 1 : 0;
    result.weight_torn = 0;
    return result;
  }
  DiskError operator()(DiskOperation operation) {
    disk.submit(Time{}, 1, std::move(operation), choices);
    return disk.complete_head(Time{}, choices).error;
  }
  DiskError append(std::string bytes) {
    return (*this)({.kind = Kind::write, .file = 1, .offset = disk.read(1).size(), .bytes = std::move(bytes)});
  }
  DiskError sync() { return (*this)({.kind = Kind::fsync, .file = 1}); }
  std::string after_crash() {
    disk.crash(choices, ++crashes);
    CHECK(disk.read(1) == disk.durable(1));
    return std::string(disk.read(1));
  }
  void trouble(DiskTrouble trouble) { disk.set_trouble(Time{}, trouble); }
  Choices choices{1};
  Disk disk;
  std::uint64_t crashes = 0;
};

}  // namespace

TEST_CASE("a write that fails has an error and no effect") {
  Troubled it;
  it.trouble({.failing = FailingOperations::writes});
  CHECK(it.append("CCCC") == DiskError::io);
  CHECK(it.disk.read(1) == "AAAABBBB");
  CHECK(it.sync() == DiskError::none);
  it.trouble({});
  CHECK(it.append("CCCC") == DiskError::none);
  CHECK(it.disk.statistics().errors == 1);
}

TEST_CASE("so many operations fail, and then no more") {
  Troubled it;
  it.disk.fail_next(FailingOperations::all, 2);
  CHECK(it.append("CCCC") == DiskError::io);
  CHECK(it.sync() == DiskError::io);
  CHECK(it.append("CCCC") == DiskError::none);
  it.disk.fail_next(FailingOperations::syncs, 1);
  CHECK(it.append("DDDD") == DiskError::none);
  CHECK(it.sync() == DiskError::io);
  CHECK(it.sync() == DiskError::none);
}

// What PostgreSQL learnt in 2018 ("fsyncgate"): the pages of a failed fsync are clean, so the next one has nothing to do.
TEST_CASE("after an fsync that failed a later one succeeds, and the bytes are gone") {
  Troubled it;
  it.append("CCCC");
  it.disk.fail_next(FailingOperations::syncs, 1);
  CHECK(it.sync() == DiskError::io);
  CHECK(it.disk.durable(1) == "AAAABBBB");
  CHECK(it.sync() == DiskError::none);
  CHECK(it.disk.read(1) == "AAAABBBBCCCC");  // as if all were well
  CHECK(it.disk.durable(1) == "AAAABBBB");
  CHECK(it.after_crash() == "AAAABBBB");
}

TEST_CASE("what a failed fsync left out reads as zeros behind what is written later") {
  Troubled it;
  it.append("CCCC");
  it.disk.fail_next(FailingOperations::syncs, 1);
  it.sync();
  it.append("DDDD");
  CHECK(it.sync() == DiskError::none);
  CHECK(it.after_crash() == std::string("AAAABBBB\0\0\0\0DDDD", 16));
}

TEST_CASE("an fsync may have done its work although it failed") {
  Troubled it(true);
  it.append("CCCC");
  it.disk.fail_next(FailingOperations::syncs, 1);
  CHECK(it.sync() == DiskError::io);
  CHECK(it.after_crash() == "AAAABBBBCCCC");
}

TEST_CASE("on a full disk a file can be written over, and not become longer") {
  Troubled it;
  it.trouble({.full = true});
  CHECK(it.append("C") == DiskError::no_space);
  CHECK(it({.kind = Kind::create, .file = 2}) == DiskError::no_space);
  CHECK(it({.kind = Kind::truncate, .file = 1, .offset = 9}) == DiskError::no_space);
  CHECK(it({.kind = Kind::write, .file = 1, .offset = 4, .bytes = "CCCC"}) == DiskError::none);
  CHECK(it.sync() == DiskError::none);
  CHECK(it.disk.durable(1) == "AAAACCCC");
  it.trouble({});
  CHECK(it.append("C") == DiskError::none);
}

TEST_CASE("a disk that hangs completes nothing, and then goes on with what was under way") {
  DiskSettings settings;
  settings.latency = Distribution::fixed(Duration(1ms));
  settings.fsync_latency = Distribution::fixed(Duration(10ms));
  Laboratory lab({}, 1, &settings);
  lab.submit(0, {.kind = Kind::create, .file = 1});
  lab.submit(0, {.kind = Kind::fsync, .file = 1});
  lab.wait_until(at_ms(7));  // the fsync has 4 ms to go
  lab.world.set_disk_trouble(a, {.hangs = true});
  CHECK_FALSE(lab.world.disk(a).busy_until());
  lab.submit(0, {.kind = Kind::write, .file = 1, .bytes = "x"});
  lab.wait_until(at_ms(1000));
  CHECK(lab.notes(0).done.size() == 1);
  SECTION("until it is over") {
    lab.world.set_disk_trouble(a, {});
    lab.run();
    CHECK(lab.notes(0).done_at == std::vector<Time>{at_ms(1), at_ms(1004), at_ms(1005)});
  }
  SECTION("also for a process that comes up again") {
    lab.world.crash(a);
    lab.world.restart(a, Duration(0));
    lab.run();
    lab.submit(0, {.kind = Kind::create, .file = 2});
    lab.wait_until(at_ms(2000));
    CHECK(lab.notes(0).done.size() == 1);
    lab.world.set_disk_trouble(a, {});
    lab.run();
    CHECK(lab.notes(0).done_at.back() == at_ms(2001));
  }
  SECTION("and slowly, when it has become slow meanwhile") {
    lab.world.set_disk_slowdown(a, 3, 1);
    lab.world.set_disk_trouble(a, {});
    lab.run();
    CHECK(lab.notes(0).done_at == std::vector<Time>{at_ms(1), at_ms(1012), at_ms(1015)});
  }
}

TEST_CASE("an fsync that lies is found out by a crash") {
  Troubled it;
  it.trouble({.lies = true});
  it.append("CCCC");
  CHECK(it.sync() == DiskError::none);
  CHECK(it.disk.durable(1) == "AAAABBBBCCCC");  // which is what the disk says
  CHECK(it.disk.broken_promises() == 0);
  CHECK(it.after_crash() == "AAAABBBB");
  CHECK(it.disk.broken_promises() == 1);
}

TEST_CASE("an honest fsync makes good what the lies before it owe") {
  Troubled it;
  it.trouble({.lies = true});
  it.append("CCCC");
  it.sync();
  it.trouble({});
  SECTION("with more to write") { it.append("DDDD"); }
  SECTION("and without") {}
  it.sync();
  CHECK(it.after_crash().substr(0, 12) == "AAAABBBBCCCC");
  CHECK(it.disk.broken_promises() == 0);
}

TEST_CASE("a lie about the directory loses names") {
  Troubled it;
  it.trouble({.lies = true});
  it({.kind = Kind::create, .file = 2});
  it({.kind = Kind::rename, .file = 2, .target = 1});
  CHECK(it({.kind = Kind::fsync_directory}) == DiskError::none);
  CHECK(it.disk.durable(1).empty());
  std::size_t lost = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Disk copy = it.disk;
    copy.crash(Choices(seed), 1);
    CHECK(copy.broken_promises() == 1);
    if (copy.read(1) == "AAAABBBB") ++lost;
  }
  CHECK(lost > 3);  // of the two changes none, one or both survive
  CHECK(lost < 20);
}

TEST_CASE("a bit that rots shows when the machine comes up again") {
  Troubled it;
  it.append("CCCC");
  it.sync();
  const auto place = it.disk.rot(it.choices, 7);
  REQUIRE(place);
  CHECK(place->file == 1);
  CHECK(place->offset < 8);  // the latest sync is too young
  CHECK(it.disk.durable(1) == "AAAABBBBCCCC");
  CHECK(it.disk.read(1) == "AAAABBBBCCCC");
  const auto damaged = it.after_crash();
  const std::string whole = "AAAABBBBCCCC";
  REQUIRE(damaged.size() == whole.size());
  for (std::size_t i = 0; i < whole.size(); ++i) {
    const int flipped = (damaged[i] ^ whole[i]) & 0xff;
    CHECK((flipped != 0) == (i == place->offset));
    CHECK((flipped & (flipped - 1)) == 0);
  }
  CHECK(it.disk.broken_promises() == 1);
}

TEST_CASE("what the latest sync wrote is spared, unless it wrote the whole file") {
  Troubled grown;
  grown.append("CCCC");
  grown.sync();
  Troubled whole;
  std::set<std::uint64_t> in_grown;
  std::set<std::uint64_t> in_whole;
  for (std::uint64_t name = 1; name <= 200; ++name) {
    in_grown.insert(grown.disk.rot(grown.choices, name)->offset);
    in_whole.insert(whole.disk.rot(whole.choices, name)->offset);
  }
  const std::set<std::uint64_t> first_eight{0, 1, 2, 3, 4, 5, 6, 7};
  CHECK(in_grown == first_eight);
  CHECK(in_whole == first_eight);
}

TEST_CASE("what is written over a rotten bit is whole again") {
  Troubled it;
  it.append("CCCC");
  it.sync();
  REQUIRE(it.disk.rot(it.choices, 7));
  it({.kind = Kind::write, .file = 1, .bytes = "DDDDDDDD"});
  it.sync();
  CHECK(it.after_crash() == "DDDDDDDDCCCC");
  CHECK(it.disk.broken_promises() == 0);
}

TEST_CASE("on an empty disk nothing rots") {
  Disk disk(DiskSettings{}, HostId{0});
  CHECK_FALSE(disk.rot(Choices(1), 1));
}

TEST_CASE("a write that goes astray is missing where it belongs, and destroys what is where it lands") {
  Troubled it(false, "AAAABBBBCCCC");
  it.append("DDDDEEEE");
  it.sync();
  it.disk.misdirect_next(3);
  CHECK(it.sync() == DiskError::none);  // nothing to write: it is for the next one
  it({.kind = Kind::write, .file = 1, .offset = 12, .bytes = "FFFF"});
  CHECK(it.sync() == DiskError::none);
  CHECK(it.disk.durable(1) == "AAAABBBBCCCCFFFFEEEE");
  const auto found = it.after_crash();
  CHECK(found.substr(12) == "DDDDEEEE");
  CHECK((found.substr(0, 12) == "FFFFBBBBCCCC" || found.substr(0, 12) == "AAAAFFFFCCCC" ||
         found.substr(0, 12) == "AAAABBBBFFFF"));
  CHECK(it.disk.broken_promises() == 1);
}

TEST_CASE("a copy of a damaged disk is damaged alike") {
  Troubled it;
  it.trouble({.lies = true});
  it.append("CCCC");
  it.sync();
  REQUIRE(it.disk.rot(it.choices, 7));
  Disk copy = it.disk;
  const auto original = it.after_crash();
  copy.crash(it.choices, it.crashes);
  CHECK(copy.read(1) == original);
  CHECK(original != "AAAABBBBCCCC");
}

TEST_CASE("a kind of operation may have a cost of its own") {
  DiskSettings settings;
  settings.latency = Distribution::fixed(Duration(1ms));
  settings.fsync_latency = Distribution::fixed(Duration(10ms));
  settings.costs = {{Kind::create, Distribution::fixed(Duration(5ms))},
                    {Kind::fsync_directory, Distribution::fixed(Duration(30ms))}};
  Laboratory lab({}, 1, &settings);
  for (const auto kind : {Kind::create, Kind::write, Kind::fsync, Kind::fsync_directory}) {
    lab.submit(0, {.kind = kind, .file = 1});
  }
  lab.run();
  CHECK(lab.notes(0).done_at == std::vector<Time>{at_ms(5), at_ms(6), at_ms(16), at_ms(46)});
}

TEST_CASE("a process is told of the error") {
  DiskSettings settings;
  settings.trouble.failing = FailingOperations::syncs;
  Laboratory lab({}, 1, &settings);
  lab.submit(0, {.kind = Kind::create, .file = 1});
  lab.submit(0, {.kind = Kind::fsync, .file = 1});
  lab.run();
  CHECK(lab.notes(0).errors == std::vector<DiskError>{DiskError::none, DiskError::io});
  CHECK_FALSE(lab.world.disk(a).works());
}

TEST_CASE("two sources of trouble add up") {
  const DiskTrouble writes{.failing = FailingOperations::writes, .full = true};
  const DiskTrouble syncs{.failing = FailingOperations::syncs, .lies = true};
  CHECK((writes | syncs) == DiskTrouble{FailingOperations::all, true, false, true});
  CHECK((writes | DiskTrouble{}) == writes);
  CHECK((DiskTrouble{} | writes) == writes);
}

TEST_CASE("a process that halts its host is down until somebody restarts it") {
  Laboratory lab({}, 2);
  lab.world.call(a, lab.step, [](Process&, Host& host) {
    host.wake_at(host.now() + Duration(5ms));
    host.halt("enough");
  });
  CHECK(lab.step.halted == "enough");
  CHECK(lab.world.state(a) == HostState::down);
  CHECK(lab.notes(0).crashes == 1);
  lab.send(1, 0, 42);
  CHECK(lab.step.halted.empty());
  lab.run();
  CHECK(lab.notes(0).woken.empty());
  CHECK(lab.notes(0).received.empty());
  lab.world.restart(a, Duration(0));
  lab.run();
  CHECK(lab.world.state(a) == HostState::up);
  CHECK(lab.notes(0).booted.size() == 2);
}
