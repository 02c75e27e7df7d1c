// When a fault strikes, how often, and whom by name.
#include <algorithm>
#include <set>

#include "catch.hpp"
#include "scenarios/chaos.hpp"
#include "scenarios/cluster/purposes.hpp"

namespace raftsim::tests {

using scenarios::Fault;
using scenarios::Target;
using sim::HostState;
using std::chrono::milliseconds;

namespace {

// All servers are paused at these times, within two seconds.
std::vector<std::int64_t> pauses(const Fault& fault, std::vector<sim::Override> overrides = {}) {
  Chaos chaos({fault}, 1, scenarios::Heal::all, 1, std::move(overrides));
  chaos.run_until(at_ms(2000));
  std::vector<std::int64_t> result;
  for (const auto& done : chaos.done) {
    if (done.action == "pause") {
      result.push_back(std::chrono::duration_cast<milliseconds>(done.at.time_since_epoch()).count());
    }
  }
  return result;
}

Fault a_pause() {
  auto fault = a_fault("pause", Fault::Kind::pause, Target::all);
  fault.every = {};
  return fault;
}

using Times = std::vector<std::int64_t>;

sim::Key strike(std::uint64_t nth) { return {scenarios::strike_purpose, sim::key_of("pause"), nth}; }

}  // namespace

TEST_CASE("A fault strikes at the times that it is given, in whatever order") {
  auto fault = a_pause();
  fault.at = {ms(700), ms(50), ms(300)};
  CHECK(pauses(fault) == Times{50, 300, 700});
}

TEST_CASE("With `every` it goes on from the last of its times") {
  auto fault = a_pause();
  fault.at = {ms(100), ms(1500)};
  fault.every = ms(200);
  CHECK(pauses(fault) == Times{100, 1500, 1700, 1900});
}

TEST_CASE("A time can be a range: each seed has another, and it is a decision of its own") {
  auto fault = a_pause();
  fault.at = {ms(100, 900), ms(1000)};
  std::set<std::int64_t> first;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Chaos chaos({fault}, 1, scenarios::Heal::all, seed);
    chaos.run_until(at_ms(2000));
    first.insert(chaos.done.at(0).at.time_since_epoch().count());
    CHECK(chaos.done.at(2).at == at_ms(1000));
  }
  CHECK(first.size() > 10);
  const sim::Override earlier{{scenarios::strike_time_purpose, sim::key_of("pause"), 0}, 200'000'000};
  CHECK(pauses(fault, {earlier}) == Times{200, 1000});
}

TEST_CASE("From when, and until when: `from` is where the first `every` begins") {
  auto fault = a_pause();
  fault.every = ms(100);
  fault.from = milliseconds(500);
  fault.until = milliseconds(900);
  CHECK(pauses(fault) == Times{600, 700, 800});
}

TEST_CASE("What began before `until` lasts as long as it lasts") {
  auto fault = a_pause();
  fault.every = ms(100);
  fault.lasts = ms(1000);
  fault.until = milliseconds(200);
  Chaos chaos({fault}, 1);
  chaos.run_until(at_ms(1099));
  CHECK(chaos.world.state(s1) == HostState::paused);
  chaos.run_until(at_ms(1100));
  CHECK(chaos.world.state(s1) == HostState::up);
}

TEST_CASE("A rule that is always in force can begin late and end early") {
  auto rule = a_fault("rule", Fault::Kind::messages);
  rule.always = true;
  rule.from = milliseconds(100);
  rule.until = milliseconds(300);
  Chaos chaos({rule});
  chaos.run_until(at_ms(99));
  CHECK(chaos.world.network().active_rules().empty());
  chaos.run_until(at_ms(100));
  CHECK(chaos.world.network().active_rules().size() == 1);
  chaos.run_until(at_ms(300));
  CHECK(chaos.world.network().active_rules().empty());
}

TEST_CASE("At most so many times: a strike that finds nobody is not one of them") {
  auto fault = a_fault("crash", Fault::Kind::crash, Target::leader);
  fault.times = 2;
  Chaos chaos({fault});
  chaos.run_until(at_ms(450));  // nobody leads
  CHECK(chaos.done.empty());
  for (int i = 5; i <= 9; ++i) {
    chaos.becomes(s1, core::Role::leader, static_cast<std::uint64_t>(i));
    chaos.run_until(at_ms(100 * i + 50));
  }
  CHECK(chaos.nemesis.strikes()[0] == 2);
  CHECK(chaos.done.back().at == at_ms(630));
}

TEST_CASE("A strike that is taken away counts as one: no other comes in its place") {
  auto fault = a_pause();
  fault.every = ms(100);
  fault.times = 3;
  CHECK(pauses(fault) == Times{100, 200, 300});
  CHECK(pauses(fault, {{strike(1), 0}}) == Times{100, 300});
}

TEST_CASE("Chance decides on each strike by itself") {
  auto fault = a_pause();
  fault.every = ms(100);
  fault.chance = {1, 2};
  const auto some = pauses(fault);
  CHECK(some.size() > 4);
  CHECK(some.size() < 16);
  // The fourth, the other way round: the rest is as it was.
  const bool has = std::find(some.begin(), some.end(), 400) != some.end();
  auto expected = some;
  if (has) {
    std::erase(expected, 400);
  } else {
    expected.push_back(400);
    std::sort(expected.begin(), expected.end());
  }
  CHECK(pauses(fault, {{strike(3), has ? 0U : 1U}}) == expected);
  fault.chance = {0, 1};
  CHECK(pauses(fault).empty());
}

TEST_CASE("Named servers are struck together, as far as they can be") {
  auto fault = a_fault("crash", Fault::Kind::crash, Target::named);
  fault.victims = {s1, s3};
  Chaos chaos({fault});
  chaos.run_until(at_ms(100));
  CHECK(chaos.servers_in(HostState::down) == std::vector<sim::HostId>{s1, s3});
  chaos.run_until(at_ms(130));
  chaos.world.crash(s1);
  chaos.done.clear();
  chaos.run_until(at_ms(200));
  CHECK(chaos.done == std::vector<Chaos::Done>{{at_ms(200), "crash", "crash", s3}});
}

TEST_CASE("A server can be down from the start, and until the chaos ends") {
  auto fault = a_fault("crash", Fault::Kind::crash, Target::named);
  fault.victims = {s2};
  fault.every = {};
  fault.lasts = {};
  fault.at = {ms(0)};
  Chaos chaos({fault});
  chaos.run_until(at_ms(0));
  chaos.run_until(at_ms(5000));
  CHECK(chaos.servers_in(HostState::down) == std::vector<sim::HostId>{s2});
  CHECK(chaos.notes(s2).crashes == 1);
  chaos.end_chaos();
  chaos.run_until(at_ms(5000));
  CHECK(chaos.servers_in(HostState::down).empty());
}

}  // namespace raftsim::tests
