// A power cut can wait for an operation of the disk: the nth of a kind, before it is carried out or after. On hosts that
// only write down what happens to them.
#include "catch.hpp"
#include "sim/laboratory.hpp"

namespace raftsim::sim {

namespace {

// A host with a disk on which everything takes a millisecond, and which a crash leaves with what was synced.
struct DiskMachine {
  DiskMachine() : world(1, {}) {
    DiskSettings disk;
    disk.latency = disk.fsync_latency = Distribution::fixed(Duration(std::chrono::milliseconds(1)));
    disk.weight_new = disk.weight_torn = 0;
    host = world.add_host(std::make_unique<Notebook>(), &disk);
    run();
    submit({.kind = DiskOperationKind::create, .file = 1});
    submit({.kind = DiskOperationKind::fsync_directory});
    run();
  }
  void submit(DiskOperation operation) {
    world.call(host, step, [&](Process&, Host& machine) { machine.submit(std::move(operation)); });
  }
  void store(const std::string& bytes) {
    submit({.kind = DiskOperationKind::write, .file = 1, .bytes = bytes});
    submit({.kind = DiskOperationKind::fsync, .file = 1});
  }
  void run() {
    while (!world.idle()) {
      world.step(step);
      crashed_in_a_step = crashed_in_a_step || step.crashed;
    }
  }
  [[nodiscard]] std::string durable() const { return std::string(world.disk(host).durable(1)); }

  World world;
  Step step;
  HostId host;
  bool crashed_in_a_step = false;
};

}  // namespace

TEST_CASE("Before an fsync is carried out the power fails: nothing is durable, after it everything is") {
  for (const bool before : {true, false}) {
    DiskMachine machine;
    machine.world.arm_crash(machine.host, CrashMoment{.kind = DiskOperationKind::fsync, .before = before});
    machine.store("abc");
    machine.run();
    CAPTURE(before);
    CHECK(machine.crashed_in_a_step);
    CHECK(machine.world.state(machine.host) == HostState::down);
    CHECK(machine.durable() == (before ? "" : "abc"));
  }
}

TEST_CASE("Of three fsyncs the power fails at the second") {
  DiskMachine machine;
  machine.world.arm_crash(machine.host, CrashMoment{.kind = DiskOperationKind::fsync, .before = false, .nth = 2});
  for (const char* bytes : {"one", "two", "six"}) machine.store(bytes);
  machine.run();
  CHECK(machine.world.state(machine.host) == HostState::down);
  CHECK(machine.durable() == "two");
}

TEST_CASE("A disk that is wiped is empty, and whoever reads it sees that it has changed") {
  DiskMachine machine;
  machine.store("abc");
  machine.run();
  const auto version = machine.world.disk(machine.host).durable_version();
  machine.world.crash(machine.host);
  machine.world.disk(machine.host).wipe();
  CHECK_FALSE(machine.world.disk(machine.host).exists(1));
  CHECK(machine.world.disk(machine.host).durable_files().empty());
  CHECK(machine.world.disk(machine.host).durable_version() > version);
  machine.world.restart(machine.host, Duration(0));
  machine.run();
  machine.submit({.kind = DiskOperationKind::create, .file = 1});
  machine.submit({.kind = DiskOperationKind::fsync_directory});
  machine.store("new");
  machine.run();
  CHECK(machine.durable() == "new");
}

TEST_CASE("A disk that is changed takes as long as it says now, from the next operation on") {
  DiskMachine machine;
  auto slow = machine.world.disk(machine.host).settings();
  slow.fsync_latency = Distribution::fixed(Duration(std::chrono::milliseconds(20)));
  machine.world.change_disk(machine.host, slow);
  const auto before = machine.world.now();
  machine.store("abc");
  machine.run();
  CHECK(machine.world.now() - before == std::chrono::milliseconds(21));
}

}  // namespace raftsim::sim
