// What a network does to packets, one fault at a time.
#include "sim/network.hpp"

#include <vector>

#include "catch.hpp"
#include "sim/laboratory.hpp"

using namespace raftsim::sim;
using namespace std::chrono_literals;

namespace {

LinkSettings delayed(Duration delay) {
  LinkSettings settings;
  settings.delay = Distribution::fixed(delay);
  return settings;
}

LinkSettings jittery() {
  LinkSettings settings;
  settings.delay = Distribution::uniform(Duration(1ms), Duration(50ms));
  return settings;
}

// What a rule decides of the nth packet of kind 0 from host 0 to host 1.
Override on_packet(Purpose purpose, std::string_view rule, std::uint64_t nth, std::uint64_t answer) {
  return {{purpose, key_of(rule), nth, std::uint64_t{link_key(0, 1)} << 8U}, answer};
}

}  // namespace

TEST_CASE("a packet arrives after the link's delay, with its lineage") {
  Laboratory lab(links(delayed(3ms)));
  lab.wait_until(at_ms(10));
  const std::vector<Sent> sent = lab.send(0, 1, 77, 4, 250);
  REQUIRE(sent.size() == 1);
  CHECK(sent[0].delivered_at == at_ms(13));
  CHECK(sent[0].packet.cause == lab.step.id);
  CHECK(sent[0].packet.incarnation == 1);
  CHECK(sent[0].packet.kind == 4);
  lab.run();
  CHECK(lab.notes(1).received == std::vector<Received>{{at_ms(13), sent[0].packet.id, 77, 1}});
  REQUIRE(lab.step.delivered);
  CHECK(lab.step.delivered->sent_at == at_ms(10));
  CHECK(lab.step.event.cause == sent[0].packet.cause);
  CHECK(lab.world.network().statistics().delivered == 1);
  CHECK(lab.world.network().statistics().bytes_delivered == 250);
}

TEST_CASE("loss takes its share") {
  LinkSettings settings = delayed(1ms);
  settings.loss = {1, 4};
  Laboratory lab(links(settings));
  int lost = 0;
  for (int i = 0; i < 1000; ++i) {
    const Sent sent = lab.send(0, 1, i).front();
    lost += sent.lost ? 1 : 0;
    if (sent.lost) CHECK(std::string(sent.why) == "loss");
  }
  lab.run();
  CHECK(lost > 200);
  CHECK(lost < 300);
  CHECK(lab.notes(1).received.size() == static_cast<std::size_t>(1000 - lost));
  CHECK(lab.world.network().statistics().lost_by_chance == static_cast<std::uint64_t>(lost));
}

TEST_CASE("a duplicate is a packet of its own that names its original") {
  LinkSettings settings = delayed(1ms);
  settings.duplicate = {1, 1};
  settings.duplicate_delay = Distribution::fixed(Duration(5ms));
  Laboratory lab(links(settings));
  const std::vector<Sent> sent = lab.send(0, 1, 77);
  REQUIRE(sent.size() == 2);
  CHECK(sent[0].packet.duplicate_of == 0);
  CHECK(sent[1].packet.duplicate_of == sent[0].packet.id);
  CHECK(sent[1].packet.id != sent[0].packet.id);
  lab.run();
  CHECK(lab.notes(1).received ==
        std::vector<Received>{{at_ms(1), sent[0].packet.id, 77, 1}, {at_ms(6), sent[1].packet.id, 77, 1}});
  CHECK(lab.world.network().statistics().duplicated == 1);
}

TEST_CASE("a reordered packet is overtaken by those that were sent after it") {
  LinkSettings settings = delayed(1ms);
  settings.reorder = {1, 1};
  settings.reorder_delay = Distribution::fixed(Duration(9ms));
  Laboratory lab(links(settings), 2, nullptr, {{{Purpose::packet_reorder, 0 << 16 | 1, 1}, 0}});
  lab.send(0, 1, 1);
  lab.send(0, 1, 2);  // the override says: not this one
  lab.run();
  CHECK(lab.values(1) == std::vector<int>{2, 1});
  CHECK(lab.world.network().statistics().delayed_by_reorder == 1);
  CHECK(lab.world.network().statistics().reordered == 1);
}

TEST_CASE("jitter reorders by itself, unless the link keeps the order as TCP does") {
  std::vector<int> in_order;
  for (int i = 0; i < 50; ++i) in_order.push_back(i);
  for (const bool ordered : {false, true}) {
    LinkSettings settings = jittery();
    settings.in_order = ordered;
    Laboratory lab(links(settings));
    for (const int i : in_order) lab.send(0, 1, i);
    lab.run();
    CHECK((lab.values(1) == in_order) == ordered);
    CHECK((lab.world.network().statistics().reordered == 0) == ordered);
  }
}

TEST_CASE("a link of limited bandwidth sends one packet after the other") {
  LinkSettings settings = delayed(10ms);
  settings.bytes_per_second = 1'000'000;  // 1000 bytes take 1 ms
  Laboratory lab(links(settings), 3);
  CHECK(lab.send(0, 1, 1, 0, 1000).front().delivered_at == at_ms(11));
  CHECK(lab.send(0, 1, 2, 0, 3000).front().delivered_at == at_ms(14));
  CHECK(lab.send(0, 2, 3, 0, 1000).front().delivered_at == at_ms(11));  // another link
  lab.wait_until(at_ms(100));
  CHECK(lab.send(0, 1, 4, 0, 1000).front().delivered_at == at_ms(111));  // it was idle meanwhile
}

// No device keeps packets for minutes: what does not fit its buffer is lost (drop-tail), the rest is in time.
TEST_CASE("a link that is too narrow loses packets: its queue has a limit") {
  LinkSettings settings = delayed(10ms);
  settings.bytes_per_second = 20'000;  // 1000 bytes take 50 ms
  settings.queue = 120ms;
  Laboratory lab(links(settings));
  std::vector<int> arrive;
  for (int i = 0; i < 100; ++i) {  // one each 10 ms: five times as many as there is room for
    lab.wait_until(at_ms(10 * i));
    const Sent sent = lab.send(0, 1, i, 0, 1000).front();
    if (sent.lost) {
      CHECK(std::string(sent.why) == "full queue");
    } else {
      CHECK(sent.delivered_at <= at_ms(10 * i + 120 + 50 + 10));
      arrive.push_back(i);
    }
  }
  lab.run();
  CHECK(lab.values(1) == arrive);
  CHECK(arrive.size() >= 20);  // the link is busy all the time
  CHECK(arrive.size() <= 24);
  CHECK(lab.world.network().statistics().lost_to_full_queue == 100 - arrive.size());
  CHECK_FALSE(lab.send(0, 1, 100, 0, 1'000'000).front().lost);  // however long: it is the wait that counts
}

TEST_CASE("what waits in a link's queue leaves as decided when the settings change, and nothing passes it") {
  LinkSettings narrow = delayed(0ms);
  narrow.bytes_per_second = 10'000;
  Laboratory lab(links(narrow));
  CHECK(lab.send(0, 1, 1, 0, 1000).front().delivered_at == at_ms(100));
  lab.world.network().change(links(delayed(0ms)));
  CHECK(lab.send(0, 1, 2, 0, 1000).front().delivered_at == at_ms(100));
  lab.wait_until(at_ms(200));
  CHECK(lab.send(0, 1, 3, 0, 1000).front().delivered_at == at_ms(200));
}

TEST_CASE("links can differ: the last setting that matches wins") {
  NetworkSettings network = links(delayed(1ms));
  network.overrides.push_back({a, std::nullopt, delayed(2ms)});
  network.overrides.push_back({std::nullopt, HostId{2}, delayed(3ms)});
  Laboratory lab(network, 3);
  CHECK(lab.send(1, 0, 0).front().delivered_at == at_ms(1));
  CHECK(lab.send(0, 1, 0).front().delivered_at == at_ms(2));
  CHECK(lab.send(0, 2, 0).front().delivered_at == at_ms(3));
  lab.world.network().change(links(delayed(4ms)));
  CHECK(lab.send(0, 2, 0).front().delivered_at == at_ms(4));
}

TEST_CASE("a partition can be one-way, spares what is under way, and two of them can overlap") {
  Laboratory lab(links(delayed(5ms)));
  Network& network = lab.world.network();
  lab.send(0, 1, 1);
  network.block(a, b);  // first partition
  CHECK(std::string(lab.send(0, 1, 2).front().why) == "partition");
  lab.send(1, 0, 3);
  network.block(a, b);  // second
  network.unblock(a, b);
  CHECK(network.is_blocked(a, b));
  lab.send(0, 1, 4);
  network.unblock(a, b);
  CHECK_FALSE(network.is_blocked(a, b));
  lab.send(0, 1, 5);
  lab.run();
  CHECK(lab.values(1) == std::vector<int>{1, 5});
  CHECK(lab.values(0) == std::vector<int>{3});
  CHECK(network.statistics().lost_to_partition == 2);
  CHECK_THROWS_AS(network.unblock(a, b), std::logic_error);
}

TEST_CASE("a rule holds replies from one host for a while and nothing else") {
  Laboratory lab(links(delayed(1ms)), 3);
  Rule rule;
  rule.name = "slow acks";
  rule.kind = 1;
  rule.from = b;
  rule.delay = Distribution::fixed(Duration(80ms));
  const RuleId id = lab.world.add_rule(rule);
  const Sent held = lab.send(1, 0, 1, 1).front();
  CHECK(held.delivered_at == at_ms(81));
  CHECK(std::string(held.why) == "slow acks");
  CHECK_FALSE(held.lost);
  CHECK(lab.send(1, 0, 2, 0).front().delivered_at == at_ms(1));  // another kind
  CHECK(lab.send(2, 0, 3, 1).front().delivered_at == at_ms(1));  // another host
  lab.world.remove_rule(id);
  CHECK(lab.send(1, 0, 4, 1).front().delivered_at == at_ms(1));
  CHECK(lab.world.network().statistics().held == 1);
}

TEST_CASE("a rule drops, and another makes copies: all of them count what matches") {
  Laboratory lab(links(delayed(1ms)));
  Rule drop;
  drop.name = "drop the second";
  drop.action = Rule::Action::drop;
  drop.chance = {0, 1};
  Rule copy;
  copy.name = "copy";
  copy.action = Rule::Action::duplicate;
  copy.delay = Distribution::fixed(Duration(7ms));
  Laboratory other(
      links(delayed(1ms)), 2, nullptr,
      {on_packet(Purpose::rule_chance, "drop the second", 1, 1), on_packet(Purpose::rule_chance, "copy", 2, 0)});
  for (Laboratory* each : {&lab, &other}) {
    each->world.add_rule(drop);
    each->world.add_rule(copy);
    for (int i = 1; i <= 3; ++i) each->send(0, 1, i);
    each->run();
  }
  CHECK(lab.values(1) == std::vector<int>{1, 2, 3, 1, 2, 3});
  CHECK(other.values(1) == std::vector<int>{1, 3, 1});  // the third is the copier's third as well
  CHECK(other.world.network().statistics().lost_by_rule == 1);
  CHECK(other.world.network().statistics().duplicated == 1);
}

// The ack that a leader gets when it has long forgotten what it was for.
TEST_CASE("the sixth packet is released after the hundredth has arrived") {
  Laboratory lab(links(delayed(1ms)));
  Rule rule;
  rule.name = "sixth after hundredth";
  rule.kind = 1;
  rule.action = Rule::Action::release;
  rule.nth = 6;
  rule.after = 100;
  lab.world.add_rule(rule);
  for (int i = 1; i <= 110; ++i) {
    lab.send(0, 1, 1000, 0);  // does not match and does not count
    const Sent sent = lab.send(0, 1, i, 1).front();
    CHECK((sent.delivered_at == never) == (i == 6));
    lab.run();
  }
  std::vector<int> matching = lab.values(1);
  std::erase(matching, 1000);
  REQUIRE(matching.size() == 110);
  CHECK(matching[5] == 7);
  CHECK(matching[98] == 100);
  CHECK(matching[99] == 6);
  CHECK(matching[100] == 101);
  CHECK(lab.world.network().statistics().reordered == 1);
}

TEST_CASE("when the hundredth is lost, a later one releases: when the rule goes, so does its hold") {
  Rule rule;
  rule.action = Rule::Action::release;
  rule.nth = 1;
  rule.after = 3;
  SECTION("lost") {
    Laboratory lab(links(delayed(1ms)), 2, nullptr, {{{Purpose::packet_loss, 0 << 16 | 1, 2}, 1}});
    lab.world.add_rule(rule);
    for (int i = 1; i <= 4; ++i) lab.send(0, 1, i);
    lab.run();
    CHECK(lab.values(1) == std::vector<int>{2, 4, 1});
  }
  SECTION("removed") {
    Laboratory lab(links(delayed(1ms)));
    const RuleId id = lab.world.add_rule(rule);
    lab.send(0, 1, 1);
    lab.run(at_ms(50));
    CHECK(lab.values(1).empty());
    lab.world.remove_rule(id);
    lab.run();
    CHECK(lab.values(1) == std::vector<int>{1});
  }
}

// What keyed randomness is for: switching one fault off must leave the fates of all other packets alone.
TEST_CASE("a fault that is off does not reshuffle the others") {
  LinkSettings lossy = jittery();
  lossy.loss = {1, 10};
  LinkSettings busy = lossy;
  busy.duplicate = {1, 5};
  busy.duplicate_delay = Distribution::uniform(Duration(1ms), Duration(9ms));
  Laboratory calm(links(jittery()));
  Laboratory with_loss(links(lossy));
  Laboratory with_both(links(busy));
  Rule drop;
  drop.kind = 3;
  drop.action = Rule::Action::drop;
  with_both.world.add_rule(drop);
  int lost = 0;
  for (int i = 0; i < 500; ++i) {
    const auto kind = static_cast<std::uint8_t>(i % 4);
    const Sent quiet = calm.send(0, 1, i, kind).front();
    const Sent lossy_fate = with_loss.send(0, 1, i, kind).front();
    const Sent both_fate = with_both.send(0, 1, i, kind).front();
    lost += lossy_fate.lost ? 1 : 0;
    if (!lossy_fate.lost) CHECK(lossy_fate.delivered_at == quiet.delivered_at);
    CHECK(both_fate.lost == (lossy_fate.lost || kind == 3));
    if (!both_fate.lost) CHECK(both_fate.delivered_at == quiet.delivered_at);
  }
  CHECK(lost > 0);
}

// Regression: rules were keyed by the order in which they were added.
TEST_CASE("a rule that never applies changes nothing, wherever it stands among the others") {
  Rule hold;
  hold.name = "hold some";
  hold.chance = {1, 3};
  hold.delay = Distribution::uniform(Duration(5ms), Duration(90ms));
  Rule never_applies = hold;
  never_applies.name = "never";
  never_applies.chance = {0, 1};
  Laboratory alone(links(jittery()));
  Laboratory in_front(links(jittery()));
  Laboratory behind(links(jittery()));
  alone.world.add_rule(hold);
  in_front.world.add_rule(never_applies);
  in_front.world.add_rule(hold);
  behind.world.add_rule(hold);
  behind.world.add_rule(never_applies);
  for (int i = 0; i < 200; ++i) {
    const Time expected = alone.send(0, 1, i).front().delivered_at;
    CHECK(in_front.send(0, 1, i).front().delivered_at == expected);
    CHECK(behind.send(0, 1, i).front().delivered_at == expected);
  }
  CHECK(alone.world.network().statistics().held > 40);
}

TEST_CASE("a heartbeat less shifts neither the acks on its link, nor what a rule does to them") {
  LinkSettings settings = jittery();
  settings.loss = {1, 10};
  Laboratory quiet(links(settings));
  Laboratory busy(links(settings));
  Rule hold;
  hold.name = "hold some";
  hold.chance = {1, 2};
  hold.delay = Distribution::uniform(Duration(5ms), Duration(90ms));
  quiet.world.add_rule(hold);
  busy.world.add_rule(hold);
  constexpr std::uint8_t heartbeat = 1;
  constexpr std::uint8_t ack = 2;
  for (int i = 0; i < 200; ++i) {
    if (i % 3 == 0) busy.send(0, 1, i, heartbeat);
    const Sent one = quiet.send(0, 1, i, ack).front();
    const Sent other = busy.send(0, 1, i, ack).front();
    CHECK(one.lost == other.lost);
    CHECK(one.delivered_at == other.delivered_at);
  }
}

TEST_CASE("packets keep their numbers when hosts are added") {
  Laboratory before(links(jittery()), 2);
  Laboratory grown(links(jittery()), 2);
  for (int i = 0; i < 5; ++i) {
    for (const auto kind : {std::uint8_t{4}, std::uint8_t{9}}) {
      CHECK(before.send(0, 1, i, kind).front().delivered_at == grown.send(0, 1, i, kind).front().delivered_at);
    }
    grown.world.add_host(std::make_unique<Notebook>(), nullptr);
  }
}

TEST_CASE("a rule counts the packets that it strikes: not those that another fault has taken") {
  Laboratory lab(links(delayed(1ms)), 2, nullptr,
                 {{{Purpose::packet_loss, link_key(0, 1), 1}, 1}, on_packet(Purpose::rule_chance, "hold", 3, 0)});
  Rule hold;
  hold.name = "hold";
  Rule drop;
  drop.name = "drop";
  drop.action = Rule::Action::drop;
  drop.kind = 5;
  const RuleId holds = lab.world.add_rule(hold);
  const RuleId drops = lab.world.add_rule(drop);
  Rule inert = drop;
  inert.name = "inert";
  inert.kind = 6;
  const RuleId never_matches = lab.world.add_rule(inert);
  for (int i = 0; i < 4; ++i) lab.send(0, 1, i);  // the second is lost, the fourth not picked
  lab.send(0, 1, 4, 5);                           // held, had it not been dropped
  lab.world.network().block(a, b);
  lab.send(0, 1, 5);
  lab.send(0, 1, 6, 5);
  CHECK(lab.world.network().struck(holds) == 2);
  CHECK(lab.world.network().struck(drops) == 1);
  CHECK(lab.world.network().struck(never_matches) == 0);
}

TEST_CASE("one link's traffic does not change another link's fates") {
  Laboratory quiet(links(jittery()), 3);
  Laboratory loud(links(jittery()), 3);
  for (int i = 0; i < 100; ++i) {
    loud.send(0, 2, i);
    loud.send(1, 0, i);
    CHECK(quiet.send(0, 1, i).front().delivered_at == loud.send(0, 1, i).front().delivered_at);
  }
}
