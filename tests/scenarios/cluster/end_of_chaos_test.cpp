// When the chaos ends, some are healed and the rest stays as broken as it was: what progress is then due is due from
// those who are healed.
#include <algorithm>
#include <set>

#include "catch.hpp"
#include "scenarios/chaos.hpp"

namespace raftsim::tests {

using scenarios::CrashPoint;
using scenarios::Fault;
using scenarios::Heal;
using scenarios::PartitionShape;
using scenarios::Target;
using sim::HostState;

namespace {

// One of each, for ever.
std::vector<Fault> lasting(Target target) {
  std::vector<Fault> faults = {
      a_fault("crash", Fault::Kind::crash, target), a_fault("pause", Fault::Kind::pause, target),
      a_fault("cut-off", Fault::Kind::partition, target), a_fault("slow", Fault::Kind::slow_disk, target)};
  for (auto& fault : faults) fault.lasts = ms(1'000'000);
  faults[0].every = ms(130);  // after the others, as a server that is down is not paused
  return faults;
}

bool is_in(const std::vector<sim::HostId>& hosts, sim::HostId host) {
  return std::find(hosts.begin(), hosts.end(), host) != hosts.end();
}

// How long a server takes to store something, in milliseconds.
std::int64_t time_to_store(Chaos& chaos, sim::HostId host) {
  chaos.store(host, "entry");
  const auto before = chaos.world.now();
  chaos.run_until(before + std::chrono::milliseconds(200));
  return std::chrono::duration_cast<std::chrono::milliseconds>(chaos.notes(host).done_at.back() - before).count();
}

}  // namespace

TEST_CASE("Heal all: everybody is up, connected and at full speed, and no fault strikes any more") {
  for (const auto target : {Target::any, Target::majority}) {
    Chaos chaos(lasting(target), 5);
    chaos.run_until(at_ms(1000));
    REQUIRE(chaos.servers_in(HostState::up).size() < 5);
    CHECK(chaos.end_chaos().size() == 5);
    const std::vector<std::uint64_t> strikes(chaos.nemesis.strikes().begin(), chaos.nemesis.strikes().end());
    chaos.run_until(at_ms(1000));
    CHECK(chaos.servers_in(HostState::up).size() == 5);
    for (std::uint16_t a = 0; a < 5; ++a) {
      for (std::uint16_t b = 0; b < a; ++b) CHECK(chaos.connected({a}, {b}));
    }
    for (std::uint16_t server = 0; server < 5; ++server) {
      time_to_store(chaos, {server});  // the file, and whatever was still under way
      CHECK(time_to_store(chaos, {server}) == 2);
    }
    chaos.run_until(at_ms(10'000));
    CHECK(std::equal(strikes.begin(), strikes.end(), chaos.nemesis.strikes().begin()));
  }
}

TEST_CASE("Heal a quorum: it is healed, and who was broken outside of it remains so") {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    Chaos chaos(lasting(Target::majority), 5, Heal::quorum, seed);
    chaos.run_until(at_ms(140));  // each fault has struck once: three paused or down, three cut off, three slow
    const auto down = chaos.servers_in(HostState::down);
    const auto paused = chaos.servers_in(HostState::paused);
    REQUIRE(down.size() == 3);
    const auto healed = chaos.end_chaos();
    REQUIRE(healed.size() == 3);
    chaos.run_until(at_ms(5000));
    for (std::uint16_t number = 0; number < 5; ++number) {
      const sim::HostId host{number};
      INFO("seed " << seed << ", S" << number + 1);
      if (is_in(healed, host)) {
        CHECK(chaos.world.state(host) == HostState::up);
        for (const auto other : healed) CHECK((other == host || chaos.connected(host, other)));
      } else {
        CHECK((chaos.world.state(host) == HostState::down) == is_in(down, host));
        CHECK((chaos.world.state(host) == HostState::paused) == is_in(paused, host));
      }
    }
    for (const auto host : healed) {
      time_to_store(chaos, host);
      CHECK(time_to_store(chaos, host) == 2);
    }
  }
}

TEST_CASE("A disk outside of the quorum stays slow") {
  std::set<bool> seen;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    auto slow = a_fault("slow", Fault::Kind::slow_disk, Target::all);
    Chaos chaos({slow}, 3, Heal::quorum, seed);
    chaos.store(s1, "the file");
    chaos.run_until(at_ms(110));
    const auto healed = chaos.end_chaos();
    CHECK(time_to_store(chaos, s1) == (is_in(healed, s1) ? 2 : 20));
    seen.insert(is_in(healed, s1));
  }
  CHECK(seen.size() == 2);
}

TEST_CASE("A restart that was on its way does not come, unless its server is healed") {
  auto crash = a_fault("crash", Fault::Kind::crash, Target::all);
  Chaos chaos({crash}, 3, Heal::quorum);
  chaos.run_until(at_ms(110));  // due to restart at 130
  const auto healed = chaos.end_chaos();
  chaos.run_until(at_ms(110));
  CHECK(chaos.servers_in(HostState::up) == healed);
  chaos.run_until(at_ms(1000));
  CHECK(chaos.servers_in(HostState::up) == healed);
}

// Jensen, Howard and Mortier, "Examining Raft's behaviour during partial network failures", HAOC 2021.
TEST_CASE("Who stays cut off from one healed server is cut off from all of them, both ways") {
  auto halves = a_fault("halves", Fault::Kind::partition);
  halves.shape = PartitionShape::halves;
  auto one_way = a_fault("one-way", Fault::Kind::partition);
  one_way.shape = PartitionShape::one_way;
  int partial = 0;
  for (const auto& fault : {halves, one_way}) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      INFO(fault.name << ", seed " << seed);
      Chaos chaos({fault}, 5, Heal::quorum, seed);
      chaos.run_until(at_ms(110));
      const auto blocked = [&](sim::HostId a, sim::HostId b) { return chaos.world.network().is_blocked(a, b); };
      const Chaos before = chaos;
      const auto healed = chaos.end_chaos();
      for (std::uint16_t number = 0; number < 5; ++number) {
        const sim::HostId outside{number};
        if (is_in(healed, outside)) continue;
        const auto was_cut = std::count_if(healed.begin(), healed.end(),
                                           [&](sim::HostId inside) { return !before.connected(inside, outside); });
        if (was_cut > 0 && was_cut < 3) ++partial;
        for (const auto inside : healed) {
          CHECK(blocked(inside, outside) == (was_cut > 0));
          CHECK(blocked(outside, inside) == (was_cut > 0));
        }
      }
    }
  }
  CHECK(partial > 0);
}

TEST_CASE("Sometimes all are healed, sometimes a quorum, and not always the same one") {
  std::set<std::vector<sim::HostId>> seen;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    Chaos chaos({}, 3, Heal::sometimes_all, seed);
    seen.insert(chaos.end_chaos());
  }
  CHECK(seen == std::set<std::vector<sim::HostId>>{{s1, s2, s3}, {s1, s2}, {s1, s3}, {s2, s3}});
}

TEST_CASE("Heal none: everything stays as broken as it was, rules too, and nothing new happens") {
  auto faults = lasting(Target::majority);
  faults.push_back(a_fault("rule", Fault::Kind::messages));
  faults.back().lasts = ms(1'000'000);
  Chaos chaos(faults, 5, Heal::none);
  chaos.run_until(at_ms(140));
  const auto down = chaos.servers_in(HostState::down);
  const auto paused = chaos.servers_in(HostState::paused);
  REQUIRE(down.size() == 3);
  std::vector<bool> connected;
  const auto links = [&] {
    std::vector<bool> result;
    for (std::uint16_t a = 0; a < 5; ++a) {
      for (std::uint16_t b = 0; b < a; ++b) result.push_back(chaos.connected({a}, {b}));
    }
    return result;
  };
  const auto before = links();
  chaos.done.clear();
  CHECK(chaos.end_chaos().empty());
  chaos.run_until(at_ms(2'000'000));
  CHECK(chaos.done.empty());
  CHECK(chaos.servers_in(HostState::down) == down);
  CHECK(chaos.servers_in(HostState::paused) == paused);
  CHECK(links() == before);
  CHECK(chaos.world.network().active_rules().size() == 1);
}

TEST_CASE("Heal all but some faults: what those do stays, and everything else is repaired") {
  for (const std::string stays : {"crash", "pause", "cut-off", "slow"}) {
    INFO(stays);
    Chaos chaos(lasting(Target::majority), 5, Heal::all_but, 1, {}, {stays});
    chaos.run_until(at_ms(140));
    REQUIRE(chaos.servers_in(HostState::down).size() == 3);
    CHECK(chaos.end_chaos().size() == 5);
    const auto working = chaos.nemesis.working(chaos.world);
    chaos.run_until(at_ms(10'000));
    CHECK(chaos.servers_in(HostState::down).size() == (stays == "crash" ? 3 : 0));
    CHECK((stays == "pause") == !chaos.servers_in(HostState::paused).empty());
    int cut = 0;
    for (std::uint16_t a = 0; a < 5; ++a) {
      for (std::uint16_t b = 0; b < a; ++b) cut += chaos.connected({a}, {b}) ? 0 : 1;
    }
    CHECK(cut == (stays == "cut-off" ? 6 : 0));  // three against two
    // Who is cut off works; who is down, paused or slow does not.
    CHECK((working.size() == 5) == (stays == "cut-off"));
  }
}

// A restart that is due at the very instant at which the chaos ends has not happened yet, and is none of the repairs.
TEST_CASE("Who is just coming back when the chaos ends works") {
  Chaos chaos({a_fault("crash", Fault::Kind::crash, Target::all)}, 3, Heal::none);
  chaos.run_until(at_ms(129));
  while (chaos.done.size() < 6) {
    chaos.world.step(chaos.step);
    if (chaos.step.event.kind != sim::EventKind::act) continue;
    if (chaos.nemesis.owns(chaos.step.event.subject)) chaos.nemesis.act(chaos.world, chaos.step.event.subject, {});
    for (const auto& action : chaos.nemesis.actions()) chaos.done.push_back({{}, "", action.action, action.host});
    chaos.nemesis.actions().clear();
  }
  REQUIRE(chaos.servers_in(HostState::down).size() == 3);
  chaos.end_chaos();
  CHECK(chaos.nemesis.working(chaos.world).size() == 3);
}

TEST_CASE("A crash that waits for its moment when the chaos ends never comes") {
  for (const auto heal : {Heal::all, Heal::quorum, Heal::none}) {
    auto fault = a_fault("crash", Fault::Kind::crash, Target::all);
    fault.point = CrashPoint::after_fsync;
    Chaos chaos({fault}, 3, heal);
    chaos.run_until(at_ms(110));
    chaos.end_chaos();
    for (const auto host : {s1, s2, s3}) chaos.store(host, "entry");
    chaos.run_until(at_ms(1000));
    CHECK(chaos.servers_in(HostState::up).size() == 3);
    CHECK(chaos.nemesis.strikes()[0] == 0);
  }
}

TEST_CASE("Rules about messages are lifted with the chaos, except those that stay") {
  auto always = a_fault("always", Fault::Kind::messages);
  always.always = true;
  auto stays = always;
  stays.name = "stays";
  stays.stays = true;
  auto timed = a_fault("timed", Fault::Kind::messages);
  Chaos chaos({always, stays, timed});
  chaos.run_until(at_ms(110));
  for (sim::RuleId rule = 0; rule < 3; ++rule) CHECK(chaos.world.network().is_active(rule));
  chaos.end_chaos();
  chaos.run_until(at_ms(1000));
  CHECK_FALSE(chaos.world.network().is_active(0));
  CHECK(chaos.world.network().is_active(1));
  CHECK_FALSE(chaos.world.network().is_active(2));
}

TEST_CASE("A server that two faults hold is let go once") {
  auto pause = a_fault("pause", Fault::Kind::pause, Target::all);
  auto other = pause;
  other.name = "other";
  Chaos chaos({pause, other}, 1);
  chaos.run_until(at_ms(110));
  chaos.done.clear();
  chaos.end_chaos();
  CHECK(chaos.done == std::vector<Chaos::Done>{{at_ms(110), "other", "resume", s1}});
  chaos.run_until(at_ms(110));
  CHECK(chaos.world.statistics().resumes == 1);
}

}  // namespace raftsim::tests
