// Machines that crash, restart and pause, and processes that want to be woken.
#include <string>

#include "catch.hpp"
#include "sim/laboratory.hpp"

using namespace raftsim::sim;
using namespace std::chrono_literals;

namespace {

NetworkSettings one_millisecond() {
  NetworkSettings network;
  network.links.delay = Distribution::fixed(Duration(1ms));
  return network;
}

DiskSettings two_milliseconds() {
  DiskSettings settings;
  settings.latency = Distribution::fixed(Duration(2ms));
  settings.fsync_latency = settings.latency;
  return settings;
}

}  // namespace

TEST_CASE("hosts boot at time zero, as events") {
  World world(1, {});
  world.add_host(std::make_unique<Notebook>(), nullptr);
  CHECK(world.state(a) == HostState::down);
  REQUIRE_FALSE(world.idle());
  Step step;
  world.step(step);
  CHECK(step.event.kind == EventKind::restart);
  CHECK(step.event.incarnation == 1);
  CHECK(world.state(a) == HostState::up);
  CHECK(world.incarnation(a) == 1);
  CHECK(world.now() == Time{});
  CHECK(world.statistics().restarts == 0);
}

TEST_CASE("a process is woken once, when it last said") {
  Laboratory lab;
  lab.wake_at(0, at_ms(10));
  lab.wake_at(0, at_ms(4));  // earlier
  lab.run();
  CHECK(lab.notes(0).woken == std::vector<Time>{at_ms(4)});
  lab.wake_at(0, at_ms(20));
  lab.wake_at(0, at_ms(30));  // later
  lab.run();
  CHECK(lab.notes(0).woken == std::vector<Time>{at_ms(4), at_ms(30)});
  lab.wake_at(0, at_ms(50));
  lab.wake_at(0, never);  // taken back
  lab.run();
  CHECK(lab.notes(0).woken.size() == 2);
  lab.wake_at(0, at_ms(1));  // past: now
  lab.run();
  CHECK(lab.notes(0).woken.back() == at_ms(30));
}

// A follower pushes its election timer back at every heartbeat. That must not fill the queue.
TEST_CASE("pushing a timer back a thousand times costs no events") {
  Laboratory lab;
  lab.world.act_at(at_ms(50), 0);
  for (int i = 0; i < 1000; ++i) lab.wake_at(0, at_ms(100 + i));
  CHECK(lab.world.pending() == 2);  // the act and one wake
  const std::uint64_t before = lab.world.events();
  lab.run();
  CHECK(lab.world.events() - before == 2);
  CHECK(lab.notes(0).woken == std::vector<Time>{at_ms(1099)});
}

TEST_CASE("next() is when something happens, not when a timer was once due") {
  Laboratory lab;
  lab.wake_at(0, at_ms(10));
  lab.wake_at(0, at_ms(90));
  lab.wait_until(at_ms(5));
  CHECK(lab.world.next().at == at_ms(90));
}

TEST_CASE("a crash takes back the wakes and disk operations of its incarnation") {
  const DiskSettings settings = two_milliseconds();
  Laboratory lab({}, 1, &settings);
  lab.wake_at(0, at_ms(10));
  lab.submit(0, {.kind = DiskOperationKind::create, .file = 1});
  lab.world.crash(a);
  lab.world.crash(a);  // no effect on a host that is down
  CHECK(lab.notes(0).crashes == 1);
  CHECK(lab.world.state(a) == HostState::down);
  lab.world.restart(a, 1ms);
  lab.run();
  CHECK(lab.notes(0).booted == std::vector<Time>{at_ms(0), at_ms(1)});
  CHECK(lab.world.incarnation(a) == 2);
  CHECK(lab.notes(0).woken.empty());
  CHECK(lab.notes(0).done.empty());
  CHECK(lab.world.statistics().crashes == 1);
  CHECK(lab.world.statistics().restarts == 1);
}

TEST_CASE("the new incarnation's timer and disk are not disturbed by what the old one left") {
  const DiskSettings settings = two_milliseconds();
  Laboratory lab({}, 1, &settings);
  lab.wake_at(0, at_ms(10));
  lab.submit(0, {.kind = DiskOperationKind::create, .file = 1});  // would be done at 2 ms
  lab.world.crash(a);
  lab.world.restart(a, 1ms);
  lab.run(at_ms(1));
  lab.wake_at(0, at_ms(20));
  const OperationId operation = lab.submit(0, {.kind = DiskOperationKind::create, .file = 2});
  lab.run();
  CHECK(lab.notes(0).woken == std::vector<Time>{at_ms(20)});
  CHECK(lab.notes(0).done == std::vector<OperationId>{operation});
  CHECK(lab.notes(0).done_at == std::vector<Time>{at_ms(3)});
}

// What makes stale messages dangerous: they do not know that their receiver has been reborn.
TEST_CASE("a packet to a host that is down is lost: to one that is up again it arrives") {
  Laboratory lab(one_millisecond());
  lab.send(0, 1, 1);
  lab.world.crash(b);
  lab.run();
  CHECK(lab.step.stale);
  REQUIRE(lab.step.delivered);
  CHECK(lab.step.delivered->payload.as<int>() == 1);
  CHECK(lab.values(1).empty());
  CHECK(lab.world.network().statistics().lost_at_down_host == 1);

  lab.world.restart(b, 0ms);
  lab.run();
  lab.send(0, 1, 2);
  lab.world.crash(b);
  lab.world.restart(b, Duration(1000us));  // boots just before it arrives, as restarts come first
  lab.run();
  REQUIRE(lab.notes(1).received.size() == 1);
  CHECK(lab.notes(1).received[0].value == 2);
  CHECK(lab.notes(1).received[0].incarnation == 3);
}

TEST_CASE("a packet survives the crash of its sender and names the incarnation that sent it") {
  Laboratory lab(one_millisecond());
  lab.send(0, 1, 1);
  lab.world.crash(a);
  lab.world.restart(a, 0ms);
  lab.run();
  CHECK(lab.values(1) == std::vector<int>{1});
  CHECK(lab.step.delivered->incarnation == 1);
  CHECK(lab.world.incarnation(a) == 2);
}

TEST_CASE("restarting a host that is up does nothing") {
  Laboratory lab;
  lab.world.restart(a, 5ms);
  lab.run();
  CHECK(lab.step.stale);
  CHECK(lab.world.incarnation(a) == 1);
  lab.world.crash(a);
  lab.world.restart(a, 1ms);
  lab.world.restart(a, 2ms);
  lab.run();
  CHECK(lab.world.incarnation(a) == 2);
}

TEST_CASE("a paused host sees everything later, in the order in which it came") {
  const DiskSettings settings = two_milliseconds();
  Laboratory lab(one_millisecond(), 2, &settings);
  lab.submit(1, {.kind = DiskOperationKind::create, .file = 1});  // 2 ms
  lab.submit(1, {.kind = DiskOperationKind::fsync_directory});    // 4 ms
  lab.wake_at(1, at_ms(3));
  lab.send(0, 1, 1);  // 1 ms
  lab.world.pause(b);
  lab.world.resume(b, 50ms);
  lab.run(at_ms(4));
  CHECK(lab.step.deferred);
  CHECK(lab.step.disk_done);
  lab.send(0, 1, 2);  // 5 ms
  lab.run(at_ms(49));
  CHECK(lab.world.state(b) == HostState::paused);
  CHECK(lab.values(1).empty());
  CHECK(lab.notes(1).done.empty());
  CHECK(lab.notes(1).woken.empty());
  CHECK(lab.world.disk(b).durable_exists(1));  // the device does not know of the pause

  std::string order;
  while (!lab.world.idle()) {
    lab.world.step(lab.step);
    CHECK(lab.world.now() == at_ms(50));
    CHECK_FALSE(lab.step.deferred);
    order += std::string(name_of(lab.step.event.kind)) + " ";
  }
  CHECK(order == "resume deliver disk-done wake disk-done deliver ");
  CHECK(lab.values(1) == std::vector<int>{1, 2});
  CHECK(lab.notes(1).done == std::vector<OperationId>{1, 2});
  CHECK(lab.notes(1).woken == std::vector<Time>{at_ms(50)});
}

TEST_CASE("paused again before it saw everything, a host keeps the order") {
  const DiskSettings settings = two_milliseconds();
  Laboratory lab(one_millisecond(), 2, &settings);
  lab.submit(1, {.kind = DiskOperationKind::create, .file = 1});
  lab.submit(1, {.kind = DiskOperationKind::fsync_directory});
  lab.send(0, 1, 1);
  lab.send(0, 1, 2);
  lab.world.pause(b);
  lab.run();
  lab.world.resume(b, 0ms);
  lab.world.step(lab.step);  // resumes
  lab.world.step(lab.step);  // the first packet
  lab.world.pause(b);
  lab.send(0, 1, 3);
  lab.run();
  CHECK(lab.values(1) == std::vector<int>{1});
  lab.world.resume(b, 0ms);
  lab.run();
  CHECK(lab.values(1) == std::vector<int>{1, 2, 3});
  CHECK(lab.notes(1).done == std::vector<OperationId>{1, 2});
}

TEST_CASE("a crash during a pause loses what waited, and the old resume does not touch the next pause") {
  const DiskSettings settings = two_milliseconds();
  Laboratory lab(one_millisecond(), 2, &settings);
  lab.send(0, 1, 1);
  lab.wake_at(1, at_ms(1));
  lab.submit(1, {.kind = DiskOperationKind::create, .file = 1});
  lab.world.pause(b);
  lab.world.resume(b, 10ms);
  lab.run(at_ms(5));
  lab.world.crash(b);
  lab.world.restart(b, 1ms);
  lab.run(at_ms(7));
  CHECK(lab.world.state(b) == HostState::up);
  lab.world.pause(b);
  lab.run();
  CHECK(lab.step.event.kind == EventKind::resume);
  CHECK(lab.step.stale);
  CHECK(lab.world.state(b) == HostState::paused);
  CHECK(lab.values(1).empty());
  CHECK(lab.notes(1).woken.empty());
  CHECK(lab.notes(1).done.empty());
  CHECK(lab.world.network().statistics().lost_at_down_host == 1);
}

TEST_CASE("a host that pauses again after a crash hears of its own disk operations only") {
  const DiskSettings settings = two_milliseconds();
  Laboratory lab({}, 1, &settings);
  lab.submit(0, {.kind = DiskOperationKind::create, .file = 1});
  lab.world.pause(a);
  lab.run();  // done, unseen
  lab.world.crash(a);
  lab.world.restart(a, 0ms);
  lab.run();
  const OperationId operation = lab.submit(0, {.kind = DiskOperationKind::create, .file = 2});
  lab.world.pause(a);
  lab.run();
  lab.world.resume(a, 0ms);
  lab.run();
  CHECK(lab.notes(0).done == std::vector<OperationId>{operation});
}

TEST_CASE("a crash right after a resume loses what the host had yet to read, even when it is up at once") {
  const DiskSettings settings = two_milliseconds();
  Laboratory lab(one_millisecond(), 2, &settings);
  lab.send(0, 1, 1);
  lab.submit(1, {.kind = DiskOperationKind::create, .file = 1});
  lab.world.pause(b);
  lab.run();
  lab.world.resume(b, 0ms);
  lab.world.step(lab.step);
  lab.world.crash(b);
  lab.world.restart(b, 0ms);
  lab.run();
  CHECK(lab.world.incarnation(b) == 2);
  CHECK(lab.values(1).empty());
  CHECK(lab.notes(1).done.empty());
}

TEST_CASE("an act calls the owner, at its instant before everything else") {
  Laboratory lab(one_millisecond());
  lab.send(0, 1, 1);
  lab.world.act_at(at_ms(1), 42);
  lab.world.step(lab.step);
  CHECK(lab.step.event.kind == EventKind::act);
  CHECK(lab.step.event.subject == 42);
  lab.world.crash(b);  // in time to lose the packet
  lab.run();
  CHECK(lab.values(1).empty());
}

TEST_CASE("a restart's packets belong to its step") {
  NetworkSettings network = one_millisecond();
  World world(1, network);
  struct Greeter : Notebook {
    void boot(Host& host) override { host.send(HostId{1}, 0, 10, Payload::of(5)); }
    [[nodiscard]] std::unique_ptr<Process> clone() const override { return std::make_unique<Greeter>(*this); }
  };
  world.add_host(std::make_unique<Greeter>(), nullptr);
  world.add_host(std::make_unique<Notebook>(), nullptr);
  Step step;
  world.step(step);
  REQUIRE(step.sent.size() == 1);
  CHECK(step.sent[0].packet.cause == step.id);
}

// A process may be somebody else's: what it does wrong is an error with a name, not a write beyond an array.
TEST_CASE("what cannot be done is refused: sending to nobody or oneself, a disk that is not there, calling the dead") {
  Laboratory lab;
  const auto send_to = [&](std::uint16_t to) { lab.send(0, to, 1); };
  CHECK_THROWS_AS(send_to(2), std::logic_error);
  CHECK_THROWS_AS(send_to(0), std::logic_error);
  CHECK_THROWS_AS(lab.submit(0, {.kind = DiskOperationKind::create, .file = 1}), std::logic_error);
  CHECK_THROWS_AS(lab.world.arm_crash(a, DiskOperationKind::write), std::logic_error);
  CHECK_THROWS_AS(lab.world.set_disk_slowdown(a, 2, 1), std::logic_error);
  CHECK_THROWS_AS(lab.world.set_clock(a, max_clock_drift + 1), std::logic_error);
  lab.world.crash(b);
  CHECK_THROWS_AS(lab.wake_at(1, at_ms(1)), std::logic_error);
}
