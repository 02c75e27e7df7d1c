// Links that hold packets rather than lose them, links that are always slower than others, and rules that wait.
#include <set>
#include <string>
#include <vector>

#include "catch.hpp"
#include "sim/laboratory.hpp"
#include "sim/network.hpp"

using namespace raftsim::sim;
using namespace std::chrono_literals;

namespace {

constexpr HostId c{2};

Rule a_keeper(std::uint64_t later, std::uint64_t stages) {
  Rule rule;
  rule.name = "keeper";
  rule.action = Rule::Action::keep;
  rule.kind = std::uint8_t{7};
  rule.later = later;
  rule.stages = stages;
  return rule;
}

void send_at_stage(Laboratory& lab, std::uint16_t from, std::uint16_t to, int value, std::uint8_t kind,
                   std::uint64_t stage) {
  lab.world.call(HostId{from}, lab.step,
                 [&](Process&, Host& host) { host.send(HostId{to}, kind, 10, Payload::of(value), stage); });
}

}  // namespace

TEST_CASE("a clogged link holds what is sent until it is free again, and loses nothing") {
  Laboratory lab(network_delayed(5ms), 3);
  lab.world.clog(a, b);
  const auto held = lab.send(0, 1, 1);
  CHECK_FALSE(held[0].lost);
  CHECK(std::string(held[0].why) == "clogged");
  CHECK(held[0].delivered_at == never);
  lab.send(1, 0, 2);  // the other way is free
  lab.send(0, 2, 3);
  lab.wait_until(at_ms(100));
  CHECK(lab.values(0) == std::vector<int>{2});
  CHECK(lab.values(2) == std::vector<int>{3});
  lab.send(0, 1, 4);
  lab.world.unclog(a, b);
  lab.run();
  CHECK(lab.values(1) == std::vector<int>{1, 4});
  CHECK(lab.notes(1).received[0].at == at_ms(105));
  CHECK(lab.world.network().statistics().clogged == 2);
  CHECK_THROWS_AS(lab.world.unclog(a, b), std::logic_error);
}

TEST_CASE("a link that is clogged twice is free when both have let go") {
  Laboratory lab(network_delayed(5ms));
  lab.world.clog(a, b);
  lab.world.clog(a, b);
  lab.send(0, 1, 1);
  lab.world.unclog(a, b);
  lab.wait_until(at_ms(50));
  CHECK(lab.values(1).empty());
  lab.world.unclog(a, b);
  lab.run();
  CHECK(lab.values(1) == std::vector<int>{1});
}

TEST_CASE("what was under way when a link clogs arrives, and a stream is clogged like any link") {
  auto network = network_delayed(5ms);
  SECTION("datagrams") {}
  SECTION("a stream") { network.links.transport = Transport::stream; }
  Laboratory lab(network);
  lab.send(0, 1, 1);
  lab.world.clog(a, b);
  lab.send(0, 1, 2);
  lab.wait_until(at_ms(50));
  CHECK(lab.values(1) == std::vector<int>{1});
  lab.world.unclog(a, b);
  lab.send(0, 1, 3);
  lab.run();
  CHECK(lab.values(1) == std::vector<int>{1, 2, 3});
}

TEST_CASE("a stream that was clogged keeps its order, also with what is sent afterwards") {
  NetworkSettings network;
  network.links.delay = Distribution::uniform(Duration(1ms), Duration(50ms));
  network.links.transport = Transport::stream;
  Laboratory lab(network);
  lab.world.clog(a, b);
  std::vector<int> expected;
  for (int i = 0; i < 40; ++i) {
    if (i == 20) lab.world.unclog(a, b);
    lab.send(0, 1, i);
    expected.push_back(i);
  }
  lab.run();
  CHECK(lab.values(1) == expected);
}

TEST_CASE("a link takes longer than others for the whole run, each way by its own") {
  auto network = network_delayed(1ms);
  network.links.extra = Distribution::uniform(Duration(0ms), Duration(50ms));
  Laboratory lab(network, 3);
  std::set<Duration> takes;
  for (const auto& [from, to] : {std::pair{a, b}, {b, a}, {a, c}, {c, a}, {b, c}, {c, b}}) {
    const auto first = lab.send(from.value, to.value, 0)[0].delivered_at - lab.world.now();
    takes.insert(first);
    lab.wait_until(lab.world.now() + 7ms);
    CHECK(lab.send(from.value, to.value, 0)[0].delivered_at - lab.world.now() == first);
  }
  CHECK(takes.size() == 6);
  CHECK(*takes.rbegin() <= 51ms);
}

TEST_CASE("a rule keeps a packet until so many later ones have landed") {
  auto rule = a_keeper(2, 0);
  rule.chance = {0, 1};
  const Key of_the_first{Purpose::rule_chance, key_of("keeper"), 0, std::uint64_t{link_key(0, 1)} << 8U | 7U};
  Laboratory first(network_delayed(1ms), 2, nullptr, {{of_the_first, 1}});
  first.world.add_rule(rule);
  first.send(0, 1, 0, 7);
  first.send(0, 1, 1, 7);
  first.send(0, 1, 99, 3);  // another kind: not one of those that it waits for
  first.run();
  CHECK(first.values(1) == std::vector<int>{1, 99});
  first.send(0, 1, 2, 7);
  first.send(0, 1, 3, 7);
  first.run();
  CHECK(first.values(1) == std::vector<int>{1, 99, 2, 3, 0});  // with the second of them, at the same instant
  CHECK(first.notes(1).received[2].at == first.notes(1).received[4].at);
}

TEST_CASE("a rule keeps packets until the stage has grown, whoever is the first to say so") {
  Laboratory lab(network_delayed(1ms), 3);
  lab.world.add_rule(a_keeper(0, 2));
  send_at_stage(lab, 0, 1, 1, 7, 10);
  send_at_stage(lab, 0, 1, 2, 7, 11);
  lab.wait_until(at_ms(10));
  CHECK(lab.values(1).empty());
  send_at_stage(lab, 2, 0, 3, 1, 12);  // a packet of another kind, on another link
  lab.run();
  CHECK(lab.values(1) == std::vector<int>{1});
  send_at_stage(lab, 2, 0, 4, 1, 13);
  lab.run();
  CHECK(lab.values(1) == std::vector<int>{1, 2});
}

TEST_CASE("what a rule keeps arrives when the rule is lifted") {
  Laboratory lab(network_delayed(1ms));
  const auto rule = lab.world.add_rule(a_keeper(100, 100));
  for (int i = 0; i < 3; ++i) lab.send(0, 1, i, 7);
  lab.wait_until(at_ms(10));
  CHECK(lab.values(1).empty());
  lab.world.remove_rule(rule);
  lab.run();
  CHECK(lab.values(1) == std::vector<int>{0, 1, 2});
}

TEST_CASE("a rule can be for several kinds at once") {
  Laboratory lab(network_delayed(1ms));
  Rule rule;
  rule.name = "drop";
  rule.action = Rule::Action::drop;
  rule.kinds = std::uint64_t{1} << 2U | std::uint64_t{1} << 5U;
  lab.world.add_rule(rule);
  for (std::uint8_t kind = 0; kind < 8; ++kind) lab.send(0, 1, kind, kind);
  lab.send(0, 1, 66, 66);
  lab.run();
  CHECK(lab.values(1) == std::vector<int>{0, 1, 3, 4, 6, 7, 66});
}
