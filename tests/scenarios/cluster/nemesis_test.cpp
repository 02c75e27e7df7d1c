// Each kind of fault does what it says, to whom it says, and is undone when its time is up.
#include "scenarios/cluster/nemesis.hpp"

#include <set>

#include "catch.hpp"
#include "scenarios/chaos.hpp"
#include "scenarios/cluster/purposes.hpp"

namespace raftsim::tests {

using scenarios::Fault;
using scenarios::PartitionShape;
using scenarios::Target;
using sim::HostState;

TEST_CASE("A crash takes a server down, and it comes back as the next incarnation") {
  Chaos chaos({a_fault("crash", Fault::Kind::crash)});
  chaos.run_until(at_ms(99));
  CHECK(chaos.servers_in(HostState::up).size() == 3);
  CHECK(chaos.nemesis.strikes()[0] == 0);

  chaos.run_until(at_ms(129));
  REQUIRE(chaos.servers_in(HostState::down).size() == 1);
  const auto victim = chaos.servers_in(HostState::down).front();
  CHECK(chaos.nemesis.strikes()[0] == 1);
  CHECK(chaos.notes(victim).crashes == 1);

  chaos.run_until(at_ms(130));
  CHECK(chaos.world.state(victim) == HostState::up);
  CHECK(chaos.world.incarnation(victim) == 2);
  CHECK(chaos.done ==
        std::vector<Chaos::Done>{{at_ms(100), "crash", "crash", victim}, {at_ms(130), "crash", "restart", victim}});
}

TEST_CASE("A paused server hears nothing until it goes on: it loses nothing") {
  Chaos chaos({a_fault("pause", Fault::Kind::pause, Target::all)});
  chaos.run_until(at_ms(50));
  chaos.world.call(s1, chaos.step, [](sim::Process&, sim::Host& host) { host.wake_at(at_ms(110)); });
  chaos.run_until(at_ms(129));
  CHECK(chaos.servers_in(HostState::paused).size() == 3);
  CHECK(chaos.notes(s1).woken.empty());
  chaos.run_until(at_ms(130));
  CHECK(chaos.servers_in(HostState::up).size() == 3);
  CHECK(chaos.notes(s1).woken == std::vector<sim::Time>{at_ms(130)});
  CHECK(chaos.notes(s1).crashes == 0);
}

TEST_CASE("An isolated server can neither hear nor be heard: the others do not notice") {
  auto fault = a_fault("cut-off", Fault::Kind::partition, Target::leader);
  fault.shape = PartitionShape::isolate;
  Chaos chaos({fault});
  chaos.becomes(s2, core::Role::leader, 1);
  chaos.run_until(at_ms(100));
  for (const auto other : {s1, s3}) {
    CHECK(chaos.world.network().is_blocked(s2, other));
    CHECK(chaos.world.network().is_blocked(other, s2));
  }
  CHECK(chaos.connected(s1, s3));
  chaos.run_until(at_ms(130));
  CHECK(chaos.connected(s1, s2));
  CHECK(chaos.connected(s2, s3));
}

TEST_CASE("Halves: a majority on one side, the rest on the other, and each side whole") {
  auto fault = a_fault("halves", Fault::Kind::partition);
  fault.shape = PartitionShape::halves;
  Chaos chaos({fault}, 5);
  std::set<std::vector<sim::HostId>> majorities;
  for (int strike = 1; strike <= 20; ++strike) {
    chaos.run_until(at_ms(100 * strike));
    std::vector<sim::HostId> majority;
    for (const auto& done : chaos.done) {
      if (done.at == chaos.world.now()) majority.push_back(done.host);
    }
    REQUIRE(majority.size() == 3);
    majorities.insert(majority);
    const auto inside = [&](sim::HostId host) { return std::count(majority.begin(), majority.end(), host) == 1; };
    for (std::uint16_t a = 0; a < 5; ++a) {
      for (std::uint16_t b = 0; b < 5; ++b) {
        if (a != b) CHECK(chaos.connected({a}, {b}) == (inside({a}) == inside({b})));
      }
    }
    chaos.run_until(at_ms(100 * strike + 30));
    CHECK(chaos.connected(s1, s2));
  }
  CHECK(majorities.size() > 3);  // not the same halves each time
}

TEST_CASE("One way: now the victim hears nobody, now nobody hears it") {
  auto fault = a_fault("one-way", Fault::Kind::partition, Target::leader);
  fault.shape = PartitionShape::one_way;
  Chaos chaos({fault});
  chaos.becomes(s1, core::Role::leader, 1);
  std::set<std::string> seen;
  for (int strike = 1; strike <= 20; ++strike) {
    chaos.run_until(at_ms(100 * strike));
    REQUIRE(chaos.done.back().host == s1);
    const bool deaf = chaos.done.back().action == "make deaf";
    seen.insert(chaos.done.back().action);
    for (const auto other : {s2, s3}) {
      CHECK(chaos.world.network().is_blocked(other, s1) == deaf);
      CHECK(chaos.world.network().is_blocked(s1, other) == !deaf);
    }
    CHECK(chaos.connected(s2, s3));
    chaos.run_until(at_ms(100 * strike + 30));
    CHECK(chaos.connected(s1, s2));
    CHECK(chaos.connected(s1, s3));
  }
  CHECK(seen == std::set<std::string>{"make deaf", "make mute"});
}

TEST_CASE("A slow disk takes so many times as long, and is then as fast as before") {
  auto fault = a_fault("slow", Fault::Kind::slow_disk, Target::all);
  fault.slowdown = 8;
  Chaos chaos({fault});
  const auto time_to_store = [&](sim::Time at) {
    chaos.run_until(at);
    const auto before = chaos.notes(s1).done_at.size();
    chaos.store(s1, "entry");
    chaos.run_until(at + std::chrono::milliseconds(25));
    REQUIRE(chaos.notes(s1).done_at.size() == before + 2);  // write, fsync: 1 ms each
    return chaos.notes(s1).done_at.back() - at;
  };
  chaos.store(s1, "the file");
  CHECK(time_to_store(at_ms(50)) == std::chrono::milliseconds(2));
  CHECK(time_to_store(at_ms(100)) == std::chrono::milliseconds(16));
  CHECK(time_to_store(at_ms(130)) == std::chrono::milliseconds(2));
}

TEST_CASE("A rule about messages is in force while it lasts, or always") {
  auto timed = a_fault("drop", Fault::Kind::messages);
  timed.rule.action = sim::Rule::Action::drop;
  timed.rule.kind = std::uint8_t{3};
  auto always = timed;
  always.name = "drop-always";
  always.rule.kind = std::uint8_t{4};
  always.always = true;
  Chaos chaos({timed, always});
  const auto arrives = [&](std::uint8_t kind) {
    chaos.world.call(s1, chaos.step,
                     [&](sim::Process&, sim::Host& host) { host.send(s2, kind, 10, sim::Payload::of(1)); });
    return !chaos.step.sent.front().lost;
  };
  chaos.run_until(at_ms(0));
  CHECK(arrives(3));
  CHECK_FALSE(arrives(4));
  chaos.run_until(at_ms(100));
  CHECK_FALSE(arrives(3));
  CHECK_FALSE(arrives(4));
  CHECK(arrives(5));
  chaos.run_until(at_ms(130));
  CHECK(arrives(3));
  CHECK_FALSE(arrives(4));
  CHECK(chaos.nemesis.strikes()[0] == 1);
  CHECK(chaos.nemesis.strikes()[1] == 1);  // for all that time
}

TEST_CASE("The nemesis finds the leader by what servers say") {
  Chaos chaos({a_fault("crash", Fault::Kind::crash, Target::leader)});
  const auto struck = [&](int strike) {
    chaos.run_until(at_ms(100 * strike));
    return chaos.servers_in(HostState::down);
  };
  CHECK(struck(1).empty());  // nobody leads yet
  CHECK(chaos.nemesis.strikes()[0] == 0);

  chaos.becomes(s2, core::Role::leader, 1);
  CHECK(struck(2) == std::vector<sim::HostId>{s2});
  CHECK(chaos.leader() == std::nullopt);  // who is down leads nobody
  chaos.run_until(at_ms(230));            // it is back
  chaos.says(s2, core::Booted{});         // and leads no more
  CHECK(chaos.leader() == std::nullopt);
  CHECK(struck(3).empty());

  // A leader that was cut off has not heard of the next one. The next one counts.
  chaos.becomes(s1, core::Role::leader, 3);
  chaos.becomes(s3, core::Role::leader, 4);
  CHECK(struck(4) == std::vector<sim::HostId>{s3});
  chaos.run_until(at_ms(430));
  chaos.becomes(s3, core::Role::follower, 4);
  CHECK(struck(5) == std::vector<sim::HostId>{s1});
  CHECK(chaos.nemesis.strikes()[0] == 3);
}

TEST_CASE("Whom a fault strikes: any server, followers only, a majority, or all") {
  const auto victims_of = [](Target target) {
    Chaos chaos({a_fault("pause", Fault::Kind::pause, target)}, 5);
    chaos.becomes(s2, core::Role::leader, 1);
    std::set<sim::HostId> ever;
    std::set<std::size_t> at_a_time;
    for (int strike = 1; strike <= 50; ++strike) {
      chaos.run_until(at_ms(100 * strike));
      const auto paused = chaos.servers_in(HostState::paused);
      ever.insert(paused.begin(), paused.end());
      at_a_time.insert(paused.size());
    }
    return std::pair(ever, at_a_time);
  };
  CHECK(victims_of(Target::any) == std::pair(std::set<sim::HostId>{{0}, {1}, {2}, {3}, {4}}, std::set<std::size_t>{1}));
  CHECK(victims_of(Target::follower) == std::pair(std::set<sim::HostId>{{0}, {2}, {3}, {4}}, std::set<std::size_t>{1}));
  CHECK(victims_of(Target::leader) == std::pair(std::set<sim::HostId>{{1}}, std::set<std::size_t>{1}));
  CHECK(victims_of(Target::majority).second == std::set<std::size_t>{3});
  CHECK(victims_of(Target::all).second == std::set<std::size_t>{5});
}

TEST_CASE("Chosen servers are different ones, in ascending order, and never more than there are") {
  const sim::Choices choices(1);
  std::set<std::vector<sim::HostId>> seen;
  for (std::uint64_t nth = 0; nth < 200; ++nth) {
    const auto chosen =
        scenarios::choose(choices, {sim::Purpose::first_of_scenario, 0, nth}, {s1, s2, s3, {3}, {4}}, 2);
    REQUIRE(chosen.size() == 2);
    REQUIRE(chosen[0] < chosen[1]);
    seen.insert(chosen);
  }
  CHECK(seen.size() == 10);  // each pair
  CHECK(scenarios::choose(choices, {}, {s3, s1}, 7) == std::vector<sim::HostId>{s1, s3});
}

// --- strikes that meet ---

TEST_CASE("No fault strikes a server that it has in its grip") {
  auto fault = a_fault("pause", Fault::Kind::pause);
  fault.every = ms(10);
  fault.lasts = ms(1000);
  Chaos chaos({fault});
  chaos.run_until(at_ms(30));
  CHECK(chaos.servers_in(HostState::paused).size() == 3);
  chaos.run_until(at_ms(200));
  CHECK(chaos.nemesis.strikes()[0] == 3);  // nobody was left to strike
  chaos.run_until(at_ms(1010));            // the first is free again, and struck again at once
  CHECK(chaos.nemesis.strikes()[0] == 4);
}

TEST_CASE("A server in the grip of two faults is free when the last of them lets go") {
  auto longer = [](Fault fault) {
    fault.name = "longer";
    fault.lasts = ms(60);
    fault.slowdown = 4;
    return fault;
  };
  SECTION("paused") {
    const auto fault = a_fault("pause", Fault::Kind::pause, Target::all);
    Chaos chaos({fault, longer(fault)});
    chaos.run_until(at_ms(159));
    CHECK(chaos.servers_in(HostState::paused).size() == 3);
    chaos.run_until(at_ms(160));
    CHECK(chaos.servers_in(HostState::up).size() == 3);
  }
  SECTION("cut off") {
    const auto fault = a_fault("cut-off", Fault::Kind::partition, Target::leader);
    Chaos chaos({fault, longer(fault)});
    chaos.becomes(s1, core::Role::leader, 1);
    chaos.run_until(at_ms(159));
    CHECK_FALSE(chaos.connected(s1, s2));
    chaos.run_until(at_ms(160));
    CHECK(chaos.connected(s1, s2));
  }
  SECTION("with a slow disk, which is as slow as the worst of them says") {
    auto fault = a_fault("slow", Fault::Kind::slow_disk, Target::all);
    fault.slowdown = 10;
    Chaos chaos({fault, longer(fault)});
    const auto time_to_store = [&](sim::Time at) {
      chaos.run_until(at);
      chaos.store(s1, "entry");
      chaos.run_until(at + std::chrono::milliseconds(20));
      return chaos.notes(s1).done_at.back() - at;
    };
    chaos.store(s1, "the file");
    CHECK(time_to_store(at_ms(100)) == std::chrono::milliseconds(20));
    CHECK(time_to_store(at_ms(131)) == std::chrono::milliseconds(8));
    CHECK(time_to_store(at_ms(160)) == std::chrono::milliseconds(2));
  }
}

TEST_CASE("A pause ends with a crash, and with it the fault's grip on that server") {
  auto pause = a_fault("pause", Fault::Kind::pause, Target::all);
  pause.lasts = ms(500);
  auto crash = a_fault("crash", Fault::Kind::crash, Target::all);
  crash.every = ms(120);
  crash.lasts = ms(10);
  Chaos chaos({pause, crash});
  chaos.run_until(at_ms(130));
  CHECK(chaos.servers_in(HostState::up).size() == 3);  // 100 paused, 120 crashed, 130 rebooted
  chaos.run_until(at_ms(200));
  CHECK(chaos.servers_in(HostState::paused).size() == 3);  // struck anew
}

TEST_CASE("The same goes for a server that crashes at a moment of its disk, which works on during the pause") {
  auto pause = a_fault("pause", Fault::Kind::pause, Target::all);
  pause.lasts = ms(500);
  auto crash = a_fault("crash", Fault::Kind::crash, Target::all);
  crash.point = scenarios::CrashPoint::after_fsync;
  crash.every = ms(90);
  crash.lasts = ms(10);
  Chaos chaos({pause, crash}, 1);
  chaos.run_until(at_ms(99));
  chaos.store(s1, "entry");  // durable at 103
  chaos.run_until(at_ms(103));
  CHECK(chaos.world.state(s1) == HostState::down);
  chaos.run_until(at_ms(113));
  CHECK(chaos.world.state(s1) == HostState::up);
  chaos.run_until(at_ms(200));
  CHECK(chaos.world.state(s1) == HostState::paused);
}

// --- `lasts` above `every`: the same for all kinds of fault ---

TEST_CASE("A strike in force is neither added to nor prolonged by the next one of its fault") {
  auto fault = a_fault("fault", Fault::Kind::crash, Target::all);
  SECTION("crash") {}
  SECTION("crash at a moment of the disk") { fault.point = scenarios::CrashPoint::after_write; }
  SECTION("pause") { fault.kind = Fault::Kind::pause; }
  SECTION("slow disk") { fault.kind = Fault::Kind::slow_disk; }
  SECTION("messages") { fault.kind = Fault::Kind::messages; }
  SECTION("partition in halves") {
    fault.kind = Fault::Kind::partition;
    fault.shape = PartitionShape::halves;
  }
  SECTION("partition of the leader") {
    fault.kind = Fault::Kind::partition;
    fault.target = Target::leader;
  }
  SECTION("partition of the leader, one way") {
    fault.kind = Fault::Kind::partition;
    fault.shape = PartitionShape::one_way;
    fault.target = Target::leader;
  }
  fault.every = ms(10);
  fault.lasts = ms(505);
  const bool armed = fault.point != scenarios::CrashPoint::anytime;
  Chaos chaos({fault}, armed ? 1 : 3);
  chaos.becomes(s1, core::Role::leader, 1);
  if (armed) {
    chaos.run_until(at_ms(13));
    chaos.store(s1, "entry");  // the first strike's moment comes at 16: file, directory, write
    chaos.run_until(at_ms(16));
    REQUIRE(chaos.world.state(s1) == HostState::down);
  }
  const auto begins = at_ms(armed ? 16 : 10);
  chaos.run_until(begins + std::chrono::milliseconds(504));
  CHECK(chaos.nemesis.strikes()[0] == 1);
  const auto done = chaos.done.size();
  CHECK(done <= 3);  // of 50 strikes, one did something: at most to each server
  // It ends when it would have ended, and the next one that comes strikes again.
  chaos.run_until(begins + std::chrono::milliseconds(505));
  CHECK(chaos.done.size() > done);
  if (fault.kind == Fault::Kind::partition) CHECK((chaos.connected(s1, s2) && chaos.connected(s2, s3)));
  CHECK(chaos.nemesis.strikes()[0] == 1);
  chaos.run_until(at_ms(530));
  if (armed) chaos.store(s1, "another");
  chaos.run_until(at_ms(540));
  CHECK(chaos.nemesis.strikes()[0] == 2);
}

TEST_CASE("A disk that hangs goes on where it was when the strike is over, or when the chaos is") {
  auto fault = a_fault("slow", Fault::Kind::slow_disk, Target::all);
  fault.slowdown = 1'000'000;
  Chaos chaos({fault});
  chaos.store(s1, "the file");
  chaos.run_until(at_ms(50));
  SECTION("the strike begins in the middle of a write, and ends") {
    chaos.run_until(sim::Time(std::chrono::microseconds(99'500)));
    chaos.store(s1, "entry");
    chaos.run_until(at_ms(129));
    CHECK(chaos.world.disk(s1).queue_length() == 2);
    chaos.run_until(at_ms(135));
    CHECK(chaos.notes(s1).done_at.back() > at_ms(131));  // half of the write, and the fsync
    CHECK(chaos.notes(s1).done_at.back() < at_ms(132));
  }
  SECTION("the chaos ends") {
    chaos.run_until(at_ms(105));
    chaos.store(s1, "entry");
    chaos.run_until(at_ms(110));
    chaos.end_chaos();
    chaos.run_until(at_ms(113));
    CHECK(chaos.world.disk(s1).queue_length() == 0);
  }
}

// --- what is struck is counted ---

TEST_CASE("A rule counts the packets that it strikes, and one that never matches has struck nothing") {
  auto drop = a_fault("drop", Fault::Kind::messages);
  drop.rule.name = drop.name;
  drop.rule.action = sim::Rule::Action::drop;
  drop.rule.kind = std::uint8_t{3};
  auto inert = drop;
  inert.name = inert.rule.name = "inert";
  inert.rule.kind = std::uint8_t{4};
  inert.always = true;
  Chaos chaos({drop, inert, a_fault("crash", Fault::Kind::crash, Target::leader)});
  for (int i = 0; i < 30; ++i) {  // every 10 ms; the rule is in force from 100 to 130 and from 200 to 230
    chaos.run_until(at_ms(10 * i + 5));
    chaos.world.call(s1, chaos.step, [](sim::Process&, sim::Host& host) { host.send(s2, 3, 10, sim::Payload::of(1)); });
  }
  CHECK(chaos.nemesis.strikes()[0] == 2);
  CHECK(chaos.nemesis.struck(chaos.world) == std::vector<std::uint64_t>{6, 0, 0});  // nobody leads: no crash either
}

// --- choices: see choices_test.cpp, too ---

TEST_CASE("One strike can be taken away, or moved: all others come when they came") {
  auto crash = a_fault("crash", Fault::Kind::crash);
  crash.every = ms(50, 200);
  crash.lasts = ms(10, 30);
  const auto key = [](sim::Purpose purpose) { return sim::Key{purpose, sim::key_of("crash"), 2}; };
  const auto crashes = [&](std::vector<sim::Override> overrides) {
    Chaos chaos({crash}, 5, scenarios::Heal::all, 1, std::move(overrides));
    chaos.run_until(at_ms(3000));
    std::vector<std::pair<sim::Time, sim::HostId>> result;
    for (const auto& done : chaos.done) {
      if (done.action == "crash") result.emplace_back(done.at, done.host);
    }
    return std::pair(result, chaos.decisions);
  };
  const auto [all, decisions] = crashes({});
  REQUIRE(all.size() > 10);

  auto expected = all;
  expected.erase(expected.begin() + 2);
  CHECK(crashes({{key(scenarios::strike_purpose), 0}}).first == expected);

  const auto time = std::find_if(decisions.begin(), decisions.end(), [&](const sim::Decision& decision) {
    return decision.key == key(scenarios::strike_time_purpose);
  });
  REQUIRE(time != decisions.end());
  REQUIRE(time->distribution.parts.size() == 1);
  for (const auto moved : {time->distribution.parts[0].min, time->distribution.parts[0].max}) {
    expected = all;
    expected[2].first = sim::Time(sim::Duration(moved));
    CHECK(crashes({{key(scenarios::strike_time_purpose), moved}}).first == expected);
    CHECK_THROWS_AS(crashes({{key(scenarios::strike_time_purpose), time->distribution.parts[0].max + 1}}),
                    sim::BadOverride);
  }
}

TEST_CASE("Who is not there to be struck does not change the choice among the others") {
  const sim::Choices choices(1);
  for (std::uint64_t nth = 0; nth < 100; ++nth) {
    const sim::Key key{scenarios::victim_purpose, 0, nth};
    const auto of_all = scenarios::choose(choices, key, {s1, s2, s3}, 1);
    const auto without_s1 = scenarios::choose(choices, key, {s2, s3}, 1);
    if (of_all.front() != s1) CHECK(of_all == without_s1);
  }
}

// Choices are keyed by the fault's name and the strike's number: other faults do not come into it.
TEST_CASE("Taking a fault out of a scenario leaves the strikes of the others as they were") {
  auto crash = a_fault("crash", Fault::Kind::crash);
  crash.every = ms(50, 200);
  crash.lasts = ms(10, 30);
  auto one_way = a_fault("one-way", Fault::Kind::partition);
  one_way.shape = PartitionShape::one_way;
  one_way.every = ms(30, 300);
  one_way.lasts = ms(1, 20);
  auto slow = a_fault("slow", Fault::Kind::slow_disk);
  slow.every = ms(20, 100);
  slow.lasts = ms(1, 15);

  Chaos with({slow, crash, one_way}, 5);
  Chaos without({crash, one_way}, 5);
  with.run_until(at_ms(5000));
  without.run_until(at_ms(5000));
  CHECK(with.done_by("crash") == without.done_by("crash"));
  CHECK(with.done_by("crash").size() > 50);
  // A crash leaves fewer candidates for the partition; the times are the same with the same strikes of everything else.
  CHECK(with.done_by("one-way") == without.done_by("one-way"));

  Chaos alone({one_way}, 5);
  alone.run_until(at_ms(5000));
  const auto times = [](const Chaos& chaos) {
    std::vector<sim::Time> result;
    for (const auto& done : chaos.done_by("one-way")) result.push_back(done.at);
    return result;
  };
  CHECK(times(alone) == times(with));
  CHECK_FALSE(with.done_by("slow").empty());
}

}  // namespace raftsim::tests
