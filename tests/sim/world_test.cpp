// The world as a value: a run is a function of its seed, and a copy goes on as the original does.
#include "sim/world.hpp"

#include <memory>
#include <optional>
#include <vector>

#include "catch.hpp"
#include "sim/laboratory.hpp"

using namespace raftsim::sim;
using namespace std::chrono_literals;

namespace {

NetworkSettings everything_at_once() {
  NetworkSettings network;
  network.links.delay = {{{9, 200'000, 2'000'000}, {1, 2'000'000, 20'000'000}}};
  network.links.loss = {1, 50};
  network.links.duplicate = {1, 50};
  network.links.duplicate_delay = Distribution::uniform(Duration(0ms), Duration(5ms));
  network.links.reorder = {1, 50};
  network.links.reorder_delay = Distribution::uniform(Duration(1ms), Duration(30ms));
  return network;
}

World three_echoes(std::uint64_t seed) {
  DiskSettings disk;
  disk.latency = Distribution::uniform(Duration(10us), Duration(100us));
  disk.fsync_latency = Distribution::uniform(Duration(1ms), Duration(9ms));
  disk.sector_bytes = 64;
  disk.weight_garbage = 1;
  World world(seed, everything_at_once());
  for (int i = 0; i < 3; ++i) world.add_host(std::make_unique<Echo>(), &disk);
  return world;
}

// Runs on, with a crash or a pause now and then.
void run(World& world, int events) {
  Step step;
  for (int i = 0; i < events && !world.idle(); ++i) {
    world.step(step);
    const HostId host{static_cast<std::uint16_t>(world.events() % 3)};
    if (world.events() % 211 == 0) {
      world.crash(host);
      world.restart(host, 10ms);
    }
    if (world.events() % 97 == 0 && world.state(host) == HostState::up) {
      world.pause(host);
      world.resume(host, 5ms);
    }
  }
}

}  // namespace

TEST_CASE("the same seed gives the same run, another seed another") {
  World one = three_echoes(5);
  World two = three_echoes(5);
  World other = three_echoes(6);
  for (World* world : {&one, &two, &other}) run(*world, 20'000);
  CHECK(one.fingerprint() == two.fingerprint());
  CHECK(one.network().statistics() == two.network().statistics());
  CHECK(one.statistics() == two.statistics());
  CHECK(one.disk(HostId{1}).statistics() == two.disk(HostId{1}).statistics());
  CHECK(one.fingerprint() != other.fingerprint());

  // All of this did happen.
  const NetworkStatistics& network = one.network().statistics();
  CHECK(network.lost_by_chance > 0);
  CHECK(network.lost_at_down_host > 0);
  CHECK(network.duplicated > 0);
  CHECK(network.reordered > 0);
  CHECK(one.statistics().crashes > 0);
  CHECK(one.statistics().resumes > 0);
}

TEST_CASE("a copy goes on exactly as the original does, wherever it was taken") {
  for (const int before : {0, 1, 1000, 4321, 9999}) {
    World original = three_echoes(5);
    run(original, before);
    World copy(original);
    CHECK(copy.fingerprint() == original.fingerprint());
    run(original, 3000);
    run(copy, 3000);
    CHECK(copy.fingerprint() == original.fingerprint());
    CHECK(copy.now() == original.now());
    CHECK(copy.network().statistics() == original.network().statistics());
  }
}

TEST_CASE("a copy outlives its original and does not disturb it") {
  std::optional<World> original = three_echoes(5);
  run(*original, 1000);
  World copy(*original);
  run(copy, 1000);
  World reference = three_echoes(5);
  run(reference, 2000);
  CHECK(copy.fingerprint() == reference.fingerprint());
  CHECK(original->events() == 1000);
  original.reset();
  run(copy, 1000);
  run(reference, 1000);
  CHECK(copy.fingerprint() == reference.fingerprint());
}

TEST_CASE("the fingerprint sees a fault, and what its owner mixes in") {
  World quiet = three_echoes(5);
  World mixed = three_echoes(5);
  World crashed = three_echoes(5);
  run(quiet, 100);
  run(mixed, 100);
  run(crashed, 100);
  mixed.mix(0);
  crashed.crash(HostId{0});
  CHECK(mixed.fingerprint() != quiet.fingerprint());
  CHECK(crashed.fingerprint() != quiet.fingerprint());
}

TEST_CASE("events are numbered, and each names the event that caused it") {
  World world = three_echoes(5);
  Step step;
  for (EventId id = 1; id <= 2000; ++id) {
    world.step(step);
    REQUIRE(step.id == id);
    REQUIRE(step.event.cause < id);
    for (const Sent& sent : step.sent) REQUIRE(sent.packet.cause == id);
    if (step.delivered) REQUIRE(step.delivered->cause == step.event.cause);
  }
}

// The same on every compiler, at every level of optimisation, under every sanitizer.
TEST_CASE("a golden fingerprint") {
  World world = three_echoes(5);
  run(world, 10'000);
  CHECK(world.now().time_since_epoch().count() == 1'210'457'469);
  CHECK(world.fingerprint() == 0x9aafee232469186a);
}
