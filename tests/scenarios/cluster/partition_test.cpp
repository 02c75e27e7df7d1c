// The shapes of partitions: who can talk to whom.
#include "scenarios/cluster/partition.hpp"

#include <set>

#include "catch.hpp"
#include "scenarios/chaos.hpp"

namespace raftsim::tests {

using scenarios::Fault;
using scenarios::PartitionShape;
using scenarios::Target;

namespace {

Fault a_partition(PartitionShape shape, Target target = Target::any) {
  auto fault = a_fault("partition", Fault::Kind::partition, target);
  fault.shape = shape;
  return fault;
}

// Whom each server hears, itself included.
std::vector<std::set<int>> hearing(const Chaos& chaos, int servers) {
  std::vector<std::set<int>> result(static_cast<std::size_t>(servers));
  for (int to = 0; to < servers; ++to) {
    for (int from = 0; from < servers; ++from) {
      const auto host = [](int number) { return sim::HostId{static_cast<std::uint16_t>(number)}; };
      if (from == to || !chaos.world.network().is_blocked(host(from), host(to))) {
        result[static_cast<std::size_t>(to)].insert(from + 1);
      }
    }
  }
  return result;
}

std::vector<std::set<int>> whole(int servers) {
  std::set<int> all;
  for (int number = 1; number <= servers; ++number) all.insert(number);
  return std::vector<std::set<int>>(static_cast<std::size_t>(servers), all);
}

}  // namespace

TEST_CASE("A bridge: two halves that share one server") {
  Chaos chaos({a_partition(PartitionShape::bridge)}, 5);
  std::set<int> bridges;
  std::set<std::set<int>> halves;
  for (int strike = 1; strike <= 30; ++strike) {
    chaos.run_until(at_ms(100 * strike));
    const auto heard = hearing(chaos, 5);
    const int bridge = chaos.done.back().host.value + 1;
    bridges.insert(bridge);
    for (int server = 1; server <= 5; ++server) {
      const auto& mine = heard[static_cast<std::size_t>(server - 1)];
      if (server == bridge) {
        CHECK(mine.size() == 5);
        continue;
      }
      halves.insert(mine);
      CHECK(mine.size() == 3);
      for (const int other : mine) {
        if (other != bridge) CHECK(heard[static_cast<std::size_t>(other - 1)] == mine);
      }
    }
    chaos.run_until(at_ms(100 * strike + 30));
    CHECK(hearing(chaos, 5) == whole(5));
  }
  CHECK(bridges.size() == 5);
  CHECK(halves.size() == 10);  // each that there is
}

TEST_CASE("A leader can be the bridge, and so can a server that is named") {
  Chaos chaos({a_partition(PartitionShape::bridge, Target::leader)}, 5);
  chaos.run_until(at_ms(100));
  CHECK(chaos.done.empty());  // nobody leads
  chaos.becomes(s2, core::Role::leader, 1);
  chaos.run_until(at_ms(200));
  REQUIRE(chaos.done.size() == 1);
  CHECK(chaos.done[0].action == "leave as the bridge between two halves");
  CHECK(chaos.done[0].host == s2);

  auto named = a_partition(PartitionShape::bridge, Target::named);
  named.victims = {s3};
  Chaos with_name({named}, 5);
  with_name.run_until(at_ms(100));
  CHECK(with_name.done.at(0).host == s3);
}

TEST_CASE("A ring of majorities: each server hears a majority, and no two the same one") {
  for (std::uint32_t servers = 3; servers <= 9; ++servers) {
    Chaos chaos({a_partition(PartitionShape::majority_ring)}, servers);
    std::set<std::vector<std::set<int>>> rings;
    for (int strike = 1; strike <= 20; ++strike) {
      chaos.run_until(at_ms(100 * strike));
      const auto heard = hearing(chaos, static_cast<int>(servers));
      for (const auto& mine : heard) CHECK(mine.size() == servers / 2 + 1);
      CHECK(std::set<std::set<int>>(heard.begin(), heard.end()).size() == servers);
      for (std::size_t i = 0; i < servers; ++i) CHECK(heard[i].count(static_cast<int>(i + 1)) == 1);
      rings.insert(heard);
      chaos.run_until(at_ms(100 * strike + 30));
      CHECK(hearing(chaos, static_cast<int>(servers)) == whole(static_cast<int>(servers)));
    }
    CHECK(rings.size() > 1);
  }
}

TEST_CASE("Named sides do not hear each other, and who is on none of them is heard by all") {
  auto fault = a_partition(PartitionShape::sides);
  fault.sides = {{s1, s2}, {{3}, {4}}};
  Chaos chaos({fault}, 5);
  chaos.run_until(at_ms(100));
  CHECK(hearing(chaos, 5) == std::vector<std::set<int>>{{1, 2, 3}, {1, 2, 3}, {1, 2, 3, 4, 5}, {3, 4, 5}, {3, 4, 5}});
  CHECK(chaos.done == std::vector<Chaos::Done>{{at_ms(100), "partition", "part the sides", sim::no_host}});
  chaos.run_until(at_ms(130));
  CHECK(hearing(chaos, 5) == whole(5));
}

TEST_CASE("A pair of servers can be cut, both ways or one") {
  auto fault = a_partition(PartitionShape::links);
  fault.links = {{s1, s3}};
  SECTION("both ways") {
    Chaos chaos({fault});
    chaos.run_until(at_ms(100));
    CHECK(hearing(chaos, 3) == std::vector<std::set<int>>{{1, 2}, {1, 2, 3}, {2, 3}});
    chaos.run_until(at_ms(130));
    CHECK(hearing(chaos, 3) == whole(3));
  }
  SECTION("one way") {
    fault.one_way = true;
    Chaos chaos({fault});
    chaos.run_until(at_ms(100));
    CHECK(hearing(chaos, 3) == std::vector<std::set<int>>{{1, 2, 3}, {1, 2, 3}, {2, 3}});
  }
}

TEST_CASE("A link that two faults cut is whole when the last of them ends") {
  auto one = a_partition(PartitionShape::links);
  one.links = {{s1, s3}};
  auto other = a_partition(PartitionShape::sides);
  other.name = "other";
  other.sides = {{s1}, {s3}};
  other.lasts = ms(60);
  Chaos chaos({one, other});
  chaos.run_until(at_ms(159));
  CHECK_FALSE(chaos.connected(s1, s3));
  CHECK(chaos.connected(s1, s2));
  chaos.run_until(at_ms(160));
  CHECK(chaos.connected(s1, s3));
}

TEST_CASE("A partition that clogs loses nothing: what was sent meanwhile arrives when it ends") {
  auto fault = a_partition(PartitionShape::links);
  fault.links = {{s1, s2}};
  fault.clogs = true;
  Chaos chaos({fault});
  const auto send = [&](int value) {
    chaos.world.call(s1, chaos.step,
                     [&](sim::Process&, sim::Host& host) { host.send(s2, 1, 10, sim::Payload::of(value)); });
  };
  chaos.run_until(at_ms(110));
  send(1);
  chaos.run_until(at_ms(129));
  CHECK(chaos.notes(s2).received.empty());
  chaos.run_until(at_ms(130));
  REQUIRE(chaos.notes(s2).received.size() == 1);
  CHECK(chaos.notes(s2).received[0].at == at_ms(130));
  chaos.run_until(at_ms(200));
  send(2);
  chaos.end_chaos();
  chaos.run_until(at_ms(200));
  CHECK(chaos.notes(s2).received.size() == 2);
}

// FoundationDB: "Testing distributed systems with deterministic simulation", Strange Loop 2014.
TEST_CASE("A swizzle cuts off some servers one after the other, and reconnects them in another order") {
  auto fault = a_partition(PartitionShape::swizzle);
  fault.every = ms(1000);
  fault.lasts = ms(800);
  Chaos chaos({fault}, 7);
  int other_order = 0;
  std::set<std::size_t> sizes;
  for (int strike = 1; strike <= 20; ++strike) {
    const auto from = chaos.done.size();
    chaos.run_until(at_ms(1000 * strike + 399));
    std::vector<sim::HostId> cut;
    for (std::size_t i = from; i < chaos.done.size(); ++i) {
      CHECK(chaos.done[i].action == "cut off");
      cut.push_back(chaos.done[i].host);
    }
    sizes.insert(cut.size());
    const auto heard = hearing(chaos, 7);
    for (std::uint16_t number = 0; number < 7; ++number) {
      const bool alone = std::count(cut.begin(), cut.end(), sim::HostId{number}) == 1;
      CHECK(heard[number].size() == (alone ? 1 : 7 - cut.size()));
    }
    // Who is free again, in order.
    std::vector<sim::HostId> joined;
    for (int later = 400; later < 800; ++later) {
      chaos.run_until(at_ms(1000 * strike + later));
      for (const auto host : cut) {
        const bool was_free = std::count(joined.begin(), joined.end(), host) == 1;
        const bool all_free = joined.size() == cut.size();
        if (was_free || all_free) continue;
        const auto& hears = hearing(chaos, 7)[host.value];
        if (hears.size() >= 1 + 7 - cut.size() && cut.size() < 7) joined.push_back(host);
      }
    }
    chaos.run_until(at_ms(1000 * strike + 800));
    CHECK(hearing(chaos, 7) == whole(7));
    if (joined.size() == cut.size() && joined != cut) ++other_order;
  }
  CHECK(other_order > 5);
  CHECK(sizes.size() > 3);
  CHECK(chaos.nemesis.strikes()[0] >= 19);
}

TEST_CASE("A swizzle that is under way when the chaos ends is undone") {
  auto fault = a_partition(PartitionShape::swizzle);
  fault.lasts = ms(800);
  Chaos chaos({fault}, 5);
  chaos.run_until(at_ms(500));
  REQUIRE(hearing(chaos, 5) != whole(5));
  chaos.end_chaos();
  CHECK(hearing(chaos, 5) == whole(5));
  chaos.run_until(at_ms(2000));
  CHECK(hearing(chaos, 5) == whole(5));
}

TEST_CASE("A link that flaps is one that is cut again and again, for a short time each") {
  auto fault = a_partition(PartitionShape::links);
  fault.links = {{s1, s2}};
  fault.every = ms(10, 30);
  fault.lasts = ms(5, 10);
  fault.from = std::chrono::milliseconds(100);
  fault.until = std::chrono::milliseconds(1100);
  Chaos chaos({fault});
  int changes = 0;
  bool before = true;
  for (int at = 1; at <= 2000; ++at) {
    chaos.run_until(at_ms(at));
    const bool now = chaos.connected(s1, s2);
    if (now != before) ++changes;
    before = now;
    if (at < 100 || at > 1110) CHECK(now);
  }
  CHECK(changes > 60);
}

}  // namespace raftsim::tests
