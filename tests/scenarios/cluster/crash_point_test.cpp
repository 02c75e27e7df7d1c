// Crashes at the two moments that matter to a server that promises what it wrote: after the write and before the fsync,
// and after the fsync but before the promise.
#include "catch.hpp"
#include "scenarios/chaos.hpp"

namespace raftsim::tests {

using scenarios::CrashPoint;
using scenarios::Fault;
using scenarios::Target;
using sim::HostState;

namespace {

Fault crash_at(CrashPoint point, Target target = Target::all, std::string name = "crash") {
  auto fault = a_fault(std::move(name), Fault::Kind::crash, target);
  fault.point = point;
  return fault;
}

}  // namespace

TEST_CASE("A crash after the write leaves nothing durable, for the fsync had yet to come") {
  Chaos chaos({crash_at(CrashPoint::after_write)}, 1);
  chaos.store(s1, "old");
  chaos.run_until(at_ms(50));
  REQUIRE(chaos.world.disk(s1).durable(1) == "old");
  const auto heard = chaos.notes(s1).done.size();

  chaos.run_until(at_ms(150));
  CHECK(chaos.world.state(s1) == HostState::up);  // armed: it waits for its moment
  CHECK(chaos.nemesis.strikes()[0] == 0);

  chaos.store(s1, "new");
  chaos.run_until(at_ms(151));  // the write takes 1 ms
  CHECK(chaos.world.state(s1) == HostState::down);
  CHECK(chaos.world.disk(s1).durable(1) == "old");
  CHECK(chaos.notes(s1).done.size() == heard);  // of the write neither
  CHECK(chaos.nemesis.strikes()[0] == 1);
  CHECK(chaos.done == std::vector<Chaos::Done>{{at_ms(151), "crash", "crash", s1}});

  chaos.run_until(at_ms(181));
  CHECK(chaos.world.state(s1) == HostState::up);
}

TEST_CASE("A crash after the fsync leaves it durable, but the server never heard and so promised nothing") {
  Chaos chaos({crash_at(CrashPoint::after_fsync)}, 1);
  chaos.store(s1, "old");
  chaos.run_until(at_ms(150));
  chaos.store(s1, "new");
  const auto heard = chaos.notes(s1).done.size();
  chaos.run_until(at_ms(151));
  CHECK(chaos.world.state(s1) == HostState::up);
  CHECK(chaos.notes(s1).done.size() == heard + 1);  // the write
  chaos.run_until(at_ms(152));
  CHECK(chaos.world.state(s1) == HostState::down);
  CHECK(chaos.world.disk(s1).durable(1) == "new");
  CHECK(chaos.notes(s1).done.size() == heard + 1);
  CHECK(chaos.nemesis.strikes()[0] == 1);
}

TEST_CASE("Of several servers that wait to crash, the first whose moment comes does, and no other") {
  Chaos chaos({crash_at(CrashPoint::after_write)});
  chaos.run_until(at_ms(110));
  chaos.store(s2, "first");
  chaos.run_until(at_ms(111));
  chaos.store(s1, "second");
  chaos.store(s3, "third");
  chaos.run_until(at_ms(130));
  CHECK(chaos.servers_in(HostState::down) == std::vector<sim::HostId>{s2});
  CHECK(chaos.world.disk(s1).durable(1) == "second");
  CHECK(chaos.world.disk(s3).durable(1) == "third");
}

TEST_CASE("A power cut takes away the moment that a server waited for, and the fault waits for the next") {
  auto power_cut = a_fault("power-cut", Fault::Kind::crash, Target::all);
  power_cut.every = ms(150);
  power_cut.lasts = ms(10);
  Chaos chaos({crash_at(CrashPoint::after_write), power_cut}, 1);
  chaos.run_until(at_ms(165));  // armed at 100, cut at 150, up at 160
  REQUIRE(chaos.world.incarnation(s1) == 2);
  chaos.store(s1, "entry");
  chaos.run_until(at_ms(175));
  CHECK(chaos.world.disk(s1).durable(1) == "entry");
  CHECK(chaos.nemesis.strikes()[0] == 0);

  chaos.run_until(at_ms(205));  // armed again at 200
  chaos.store(s1, "next entry");
  chaos.run_until(at_ms(210));
  CHECK(chaos.world.disk(s1).durable(1) == "entry");
  CHECK(chaos.nemesis.strikes()[0] == 1);
}

TEST_CASE("A server waits for one moment at a time: the other fault looks for another victim, or strikes later") {
  Chaos chaos({crash_at(CrashPoint::after_write, Target::any, "after-write"),
               crash_at(CrashPoint::after_fsync, Target::any, "after-fsync")},
              1);
  chaos.run_until(at_ms(100));  // both would strike now; the first does
  chaos.store(s1, "entry");
  chaos.run_until(at_ms(195));
  CHECK(chaos.done_by("after-write").size() == 2);  // crash and restart
  CHECK(chaos.done_by("after-fsync").empty());
  CHECK(chaos.world.disk(s1).durable(1).empty());  // it was the first fault's moment

  chaos.run_until(at_ms(600));
  for (int round = 0; round < 40; ++round) {
    if (chaos.world.state(s1) == HostState::up) chaos.store(s1, "entry");
    chaos.run_until(chaos.world.now() + std::chrono::milliseconds(25));
  }
  CHECK(chaos.nemesis.strikes()[0] > 2);
  CHECK(chaos.nemesis.strikes()[0] + chaos.nemesis.strikes()[1] == chaos.world.statistics().crashes);
}

}  // namespace raftsim::tests
