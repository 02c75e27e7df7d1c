// Clocks of machines that gain on the world's time or lose.
#include "sim/clock.hpp"

#include "catch.hpp"
#include "sim/laboratory.hpp"

using namespace raftsim::sim;
using namespace std::chrono_literals;

namespace {

constexpr ClockDrift a_tenth = 100'000;

// The time that a host's process sees now.
Time read_on(Laboratory& lab, std::uint16_t host) {
  Time reading;
  lab.world.call(HostId{host}, lab.step, [&](Process&, Host& machine) { reading = machine.now(); });
  return reading;
}

}  // namespace

TEST_CASE("A clock that never drifted shows the world's time") {
  const Clock clock;
  for (const Time time : {Time{}, at_ms(1), at_ms(123456), never - 1ns}) {
    CHECK(clock.read(time) == time);
    CHECK(clock.when_it_reads(time) == time);
  }
  CHECK(clock.when_it_reads(never) == never);
}

TEST_CASE("A clock gains or loses in proportion, to the nanosecond, however long it runs") {
  const auto [drift, after_a_day] = GENERATE(table<ClockDrift, Duration>(
      {{a_tenth, 24h + 144min}, {-a_tenth, 24h - 144min}, {1, 24h + 86400us}, {-1, 24h - 86400us}}));
  Clock clock;
  clock.set_drift({}, drift);
  CHECK(clock.read(Time(24h)) == Time(after_a_day));
  CHECK(clock.when_it_reads(Time(after_a_day)) <= Time(24h));
  CHECK(clock.read(clock.when_it_reads(Time(after_a_day))) >= Time(after_a_day));
  CHECK(clock.read(Time(24h * 365 * 200)) > Time(24h * 365 * 100));  // no overflow in centuries
}

TEST_CASE("A clock never goes back, and what is waited for comes at the first moment it shows it") {
  const ClockDrift drift = GENERATE(-900'000, -333'333, -7, 7, 333'333, 900'000);
  Clock clock;
  clock.set_drift(Time(17ns), drift);
  Time before = clock.read(Time(17ns));
  for (Time now = Time(17ns); now < Time(5us); now += 1ns) {
    CHECK(clock.read(now) >= before);
    before = clock.read(now);
    const Time wanted = before + 1us;
    const Time then = clock.when_it_reads(wanted);
    CHECK(clock.read(then) >= wanted);
    CHECK(clock.read(then - 1ns) < wanted);
  }
}

TEST_CASE("A drift that changes makes no jump") {
  Clock clock;
  clock.set_drift(at_ms(0), a_tenth);
  clock.set_drift(at_ms(1000), -a_tenth);
  CHECK(clock.read(at_ms(1000)) == at_ms(1100));
  CHECK(clock.read(at_ms(2000)) == at_ms(2000));
  clock.set_drift(at_ms(3000), 0);  // what it lost stays lost
  CHECK(clock.read(at_ms(4000)) == at_ms(3900));
  CHECK(clock.when_it_reads(at_ms(3900)) == at_ms(4000));
}

TEST_CASE("A process reads its own clock and is woken by it") {
  Laboratory lab;
  lab.world.set_clock(HostId{0}, a_tenth);
  lab.world.set_clock(HostId{1}, -a_tenth);
  lab.wake_at(0, at_ms(1100));
  lab.wake_at(1, at_ms(900));
  lab.wait_until(at_ms(999));
  CHECK(lab.notes(0).woken.empty());
  CHECK(lab.notes(1).woken.empty());
  lab.wait_until(at_ms(1000));  // by the world, the same moment for both
  CHECK(lab.notes(0).woken == std::vector<Time>{at_ms(1100)});
  CHECK(lab.notes(1).woken == std::vector<Time>{at_ms(900)});
  CHECK(read_on(lab, 0) - read_on(lab, 1) == 200ms);
}

TEST_CASE("Packets and disks go by the world's time, whatever a machine's clock says") {
  NetworkSettings network;
  network.links.delay = Distribution::fixed(Duration(10ms));
  DiskSettings disk;
  disk.latency = Distribution::fixed(Duration(20ms));
  Laboratory lab(network, 2, &disk);
  lab.world.set_clock(HostId{0}, -a_tenth);
  lab.world.set_clock(HostId{1}, a_tenth);
  lab.send(0, 1, 5);
  lab.submit(1, {.kind = DiskOperationKind::create, .file = 1});
  lab.run();
  CHECK(lab.world.now() == at_ms(20));
  CHECK(lab.notes(1).received.at(0).at == at_ms(11));
  CHECK(lab.notes(1).done_at == std::vector<Time>{at_ms(22)});
}

TEST_CASE("A timer that runs goes by the new drift from the moment it changes") {
  Laboratory lab;
  SECTION("sooner") {
    lab.wake_at(0, at_ms(1100));
    lab.world.set_clock(HostId{0}, a_tenth);
    CHECK(lab.world.next().at == at_ms(1000));
  }
  SECTION("later") {
    lab.wake_at(0, at_ms(900));
    lab.world.set_clock(HostId{0}, -a_tenth);
    CHECK(lab.world.next().at == at_ms(1000));
  }
  lab.run();
  CHECK(lab.notes(0).woken.size() == 1);
  CHECK(lab.world.now() == at_ms(1000));
}

TEST_CASE("A clock goes on through pauses, crashes and restarts") {
  Laboratory lab;
  lab.world.set_clock(HostId{0}, a_tenth);
  lab.world.pause(HostId{0});
  lab.wait_until(at_ms(1000));
  lab.world.resume(HostId{0}, 0ms);
  lab.wait_until(at_ms(1001));
  CHECK(read_on(lab, 0) == Time(1101100us));
  lab.world.crash(HostId{0});
  lab.world.restart(HostId{0}, 999ms);
  lab.run();
  CHECK(lab.notes(0).booted.back() == at_ms(2200));
}

TEST_CASE("A drift of nothing changes nothing, and any other is part of the fingerprint") {
  const auto fingerprint = [](ClockDrift drift) {
    Laboratory lab;
    lab.world.set_clock(HostId{1}, drift);
    lab.send(0, 1, 5);
    lab.run();
    return lab.world.fingerprint();
  };
  Laboratory untouched;
  untouched.send(0, 1, 5);
  untouched.run();
  CHECK(fingerprint(0) == untouched.world.fingerprint());
  CHECK(fingerprint(1) != fingerprint(0));
  CHECK(fingerprint(-1) != fingerprint(1));
}
