// Machines that are not infinitely fast and exact: timers that are late, packets that take time, clocks that are set.
#include <algorithm>
#include <vector>

#include "catch.hpp"
#include "sim/laboratory.hpp"

using namespace raftsim::sim;
using namespace std::chrono_literals;

namespace {

std::vector<Time> received_at(Laboratory& lab, std::uint16_t host = 1) {
  std::vector<Time> result;
  for (const auto& each : lab.notes(host).received) result.push_back(each.at);
  return result;
}

}  // namespace

TEST_CASE("A timer can be late: each by its own draw, which is named by the time that it was set for") {
  Laboratory lab;
  lab.world.set_timer_jitter(b, Distribution::uniform(Duration(0ms), Duration(5ms)));
  std::vector<Duration> late;
  for (int i = 1; i <= 20; ++i) {
    lab.wake_at(1, at_ms(100 * i));
    lab.wake_at(1, at_ms(100 * i));  // said twice: the same timer
    lab.wait_until(at_ms(100 * i + 50));
    late.push_back(lab.notes(1).woken.back() - at_ms(100 * i));
  }
  CHECK(lab.notes(1).woken.size() == 20);
  std::sort(late.begin(), late.end());
  CHECK(late.front() >= 0ms);
  CHECK(late.back() <= 5ms);
  CHECK(late.back() - late.front() > 2ms);
}

TEST_CASE("A host takes its time over packets, one after the other, and answers when it is done") {
  Laboratory lab(network_delayed(1ms));
  lab.world.set_handling_time(b, Distribution::fixed(Duration(10ms)));
  for (int i = 0; i < 3; ++i) lab.send(0, 1, i);
  lab.wait_until(at_ms(100));
  CHECK(received_at(lab) == std::vector<Time>{at_ms(11), at_ms(21), at_ms(31)});
  lab.send(0, 1, 3);  // it is free again
  lab.send(1, 0, 4);  // and the other host takes no time
  lab.run();
  CHECK(received_at(lab).back() == at_ms(111));
  CHECK(received_at(lab, 0) == std::vector<Time>{at_ms(101)});
}

TEST_CASE("While a host is busy its timers and its disk wait") {
  DiskSettings disk;
  disk.latency = Distribution::fixed(Duration(2ms));
  Laboratory lab(network_delayed(1ms), 2, &disk);
  lab.world.set_handling_time(b, Distribution::fixed(Duration(10ms)));
  lab.wake_at(1, at_ms(5));
  lab.submit(1, {.kind = DiskOperationKind::create, .file = 1});
  lab.send(0, 1, 1);
  lab.run();
  CHECK(received_at(lab) == std::vector<Time>{at_ms(11)});
  CHECK(lab.notes(1).woken == std::vector<Time>{at_ms(11)});
  CHECK(lab.notes(1).done_at == std::vector<Time>{at_ms(11)});
}

TEST_CASE("A busy host's timer waits for the packets before it, not for those that come later") {
  Laboratory lab(network_delayed(1ms));
  lab.world.set_handling_time(b, Distribution::fixed(Duration(10ms)));
  lab.wake_at(1, at_ms(5));
  lab.send(0, 1, 1);
  lab.wait_until(at_ms(8));
  lab.send(0, 1, 2);
  lab.run();
  CHECK(lab.notes(1).woken == std::vector<Time>{at_ms(11)});
  CHECK(received_at(lab) == std::vector<Time>{at_ms(11), at_ms(21)});
}

TEST_CASE("What a host was busy with dies with it") {
  Laboratory lab(network_delayed(1ms));
  lab.world.set_handling_time(b, Distribution::fixed(Duration(10ms)));
  lab.send(0, 1, 1);
  lab.wait_until(at_ms(5));
  lab.world.crash(b);
  lab.world.restart(b, 1ms);
  lab.wait_until(at_ms(7));
  lab.send(0, 1, 2);
  lab.run();
  CHECK(lab.values(1) == std::vector<int>{2});
  CHECK(received_at(lab) == std::vector<Time>{at_ms(18)});
}

TEST_CASE("What came while a host was paused is dealt with one after the other when it goes on") {
  Laboratory lab(network_delayed(1ms));
  lab.world.set_handling_time(b, Distribution::fixed(Duration(10ms)));
  lab.world.pause(b);
  for (int i = 0; i < 3; ++i) lab.send(0, 1, i);
  lab.wait_until(at_ms(50));
  lab.world.resume(b, 0ms);
  lab.run();
  CHECK(received_at(lab) == std::vector<Time>{at_ms(60), at_ms(70), at_ms(80)});
}

TEST_CASE("A clock can be put forward and back: what a process waits for comes when its clock shows it") {
  Laboratory lab;
  lab.wake_at(0, at_ms(100));
  lab.wake_at(1, at_ms(100));
  lab.wait_until(at_ms(50));
  lab.world.step_clock(HostId{0}, 30ms);
  lab.world.step_clock(b, -30ms);
  lab.wait_until(at_ms(70));
  CHECK(lab.notes(0).woken == std::vector<Time>{at_ms(100)});
  CHECK(lab.notes(1).woken.empty());
  lab.wait_until(at_ms(130));
  CHECK(lab.notes(1).woken == std::vector<Time>{at_ms(100)});
  // Past what it waits for: at once.
  lab.wake_at(0, at_ms(1000));
  lab.world.step_clock(HostId{0}, 10'000ms);
  lab.wait_until(at_ms(131));
  CHECK(lab.notes(0).woken.size() == 2);
}

TEST_CASE("A clock that was put forward and back again shows the world's time, and never less than zero") {
  Clock clock;
  clock.step(at_ms(100), 50ms);
  CHECK(clock.read(at_ms(200)) == at_ms(250));
  clock.step(at_ms(200), -50ms);
  CHECK(clock.read(at_ms(300)) == at_ms(300));
  clock.step(at_ms(300), -1000ms);
  CHECK(clock.read(at_ms(300)) == Time{});
  CHECK(clock.when_it_reads(at_ms(10)) == at_ms(310));
}
