// What a link that is a stream does to packets, as TCP would: in order, late rather than lost, and reset in the end.
#include <string>
#include <vector>

#include "catch.hpp"
#include "sim/laboratory.hpp"
#include "sim/network.hpp"

using namespace raftsim::sim;
using namespace std::chrono_literals;

namespace {

LinkSettings a_stream(Duration delay = 1ms) {
  LinkSettings settings;
  settings.delay = Distribution::fixed(delay);
  settings.transport = Transport::stream;
  return settings;
}

// The nth packet of kind 0 from host 0 to host 1 is lost, at its first attempt or a later one.
Override lost(std::uint64_t nth, std::uint64_t attempt = 0) {
  return {{attempt == 0 ? Purpose::packet_loss : Purpose::retransmission_loss, link_key(0, 1), nth | attempt << 40U, 0},
          1};
}

struct Arrived {
  int value = 0;
  std::int64_t at_ms = 0;
  friend bool operator==(const Arrived&, const Arrived&) = default;
};

std::vector<Arrived> arrived(Laboratory& lab, std::uint16_t host = 1) {
  std::vector<Arrived> result;
  for (const auto& each : lab.notes(host).received) {
    result.push_back(
        {each.value, std::chrono::duration_cast<std::chrono::milliseconds>(each.at.time_since_epoch()).count()});
  }
  return result;
}

}  // namespace

TEST_CASE("a stream keeps packets in order, however long each takes, and repeats none") {
  auto settings = a_stream();
  settings.delay = Distribution::uniform(Duration(1ms), Duration(50ms));
  settings.duplicate = {1, 2};
  settings.reorder = {1, 2};
  settings.reorder_delay = Distribution::fixed(Duration(100ms));
  Laboratory lab(links(settings));
  std::vector<int> expected;
  for (int i = 0; i < 100; ++i) {
    lab.send(0, 1, i);
    expected.push_back(i);
    lab.wait_until(at_ms(5 * i));
  }
  lab.run();
  CHECK(lab.values(1) == expected);
  CHECK(lab.world.network().statistics().reordered == 0);
}

TEST_CASE("a loss holds up what is behind it until the packet has been sent again") {
  Laboratory lab(links(a_stream()), 2, nullptr, {lost(1)});
  lab.send(0, 1, 0);
  const auto second = lab.send(0, 1, 1);
  CHECK_FALSE(second[0].lost);
  CHECK(std::string(second[0].why) == "retransmission");
  CHECK(second[0].delivered_at == never);
  lab.send(0, 1, 2);
  lab.wait_until(at_ms(100));
  lab.send(0, 1, 3);
  lab.run();
  CHECK(arrived(lab) == std::vector<Arrived>{{0, 1}, {1, 201}, {2, 201}, {3, 201}});
  CHECK(lab.world.network().statistics().retransmitted == 1);
  lab.send(0, 1, 4);  // and it flows again
  lab.run();
  CHECK(arrived(lab).back() == Arrived{4, 202});
}

TEST_CASE("each further loss of the same packet doubles the timeout, up to the longest wait") {
  auto settings = a_stream();
  settings.stream.longest_wait = 500ms;
  Laboratory lab(links(settings), 2, nullptr, {lost(0), lost(0, 1), lost(0, 2), lost(0, 3)});
  lab.send(0, 1, 0);
  lab.run();
  // Sent at 0, 200, 600 (400 later), 1100 (500 later, not 800), 1600.
  CHECK(arrived(lab) == std::vector<Arrived>{{0, 1601}});
}

TEST_CASE("a packet that was waiting can be lost on its own account") {
  Laboratory lab(links(a_stream()), 2, nullptr, {lost(0), lost(1, 0)});
  for (int i = 0; i < 3; ++i) lab.send(0, 1, i);
  lab.run();
  CHECK(arrived(lab) == std::vector<Arrived>{{0, 201}, {1, 401}, {2, 401}});
}

TEST_CASE("a partition shorter than the connection's timeout delays, and loses nothing") {
  Laboratory lab(links(a_stream()));
  lab.world.network().block(a, b);
  CHECK(std::string(lab.send(0, 1, 0)[0].why) == "partition");
  lab.wait_until(at_ms(500));
  lab.send(0, 1, 1);
  lab.send(1, 0, 10);  // the other way is free
  lab.wait_until(at_ms(1000));
  lab.world.network().unblock(a, b);
  lab.run();
  // Tried at 200, 600, and 1400.
  CHECK(arrived(lab) == std::vector<Arrived>{{0, 1401}, {1, 1401}});
  CHECK(arrived(lab, 0) == std::vector<Arrived>{{10, 501}});
  CHECK(lab.world.network().statistics().lost_to_partition == 0);
}

TEST_CASE(
    "a connection is tried once more when its timeout is over: a partition that is a little shorter resets nothing") {
  auto settings = a_stream();
  settings.stream.timeout = 2s;
  for (const auto& [heals_at, arrives_at] : {std::pair{1500, 2001}, {1999, 2001}}) {
    Laboratory lab(links(settings));
    lab.world.network().block(a, b);
    lab.send(0, 1, 0);
    lab.wait_until(at_ms(heals_at));
    lab.world.network().unblock(a, b);
    lab.run();
    CHECK(arrived(lab) == std::vector<Arrived>{{0, arrives_at}});
    CHECK(lab.world.network().statistics().resets == 0);
  }
}

TEST_CASE("a partition longer than that resets the connection: what waited is lost, and another connection begins") {
  auto settings = a_stream();
  settings.stream.timeout = 2s;
  Laboratory lab(links(settings));
  lab.send(0, 1, 0);
  lab.wait_until(at_ms(10));
  lab.world.network().block(a, b);
  for (int i = 1; i <= 3; ++i) lab.send(0, 1, i);
  lab.wait_until(at_ms(5000));
  lab.world.network().unblock(a, b);
  lab.send(0, 1, 4);
  lab.run();
  CHECK(arrived(lab) == std::vector<Arrived>{{0, 1}, {4, 5001}});
  CHECK(lab.world.network().statistics().resets == 1);
  CHECK(lab.world.network().statistics().lost_to_reset == 3);
}

TEST_CASE("a crash at either end loses what is under way, both ways") {
  for (const auto victim : {a, b}) {
    Laboratory lab(links(a_stream(20ms)), 3);
    lab.send(0, 1, 1);
    lab.send(1, 0, 2);
    lab.send(0, 2, 3);  // another connection of host 0's
    lab.wait_until(at_ms(10));
    lab.world.crash(victim);
    lab.world.restart(victim, 1ms);
    lab.wait_until(at_ms(15));
    lab.send(0, 1, 4);
    lab.run();
    CHECK(lab.values(1) == std::vector<int>{4});
    CHECK(lab.values(0).empty());
    CHECK(lab.values(2) == (victim == b ? std::vector<int>{3} : std::vector<int>{}));
    CHECK(lab.world.network().statistics().lost_to_reset == (victim == b ? 2 : 3));
  }
}

TEST_CASE("a datagram that is under way reaches the next incarnation: it belongs to no connection") {
  auto settings = a_stream(20ms);
  settings.transport = Transport::datagram;
  Laboratory lab(links(settings));
  lab.send(0, 1, 1);
  lab.wait_until(at_ms(10));
  lab.world.crash(b);
  lab.world.restart(b, 1ms);
  lab.run();
  CHECK(lab.values(1) == std::vector<int>{1});
}

TEST_CASE("a paused host's connections live on: it finds what came meanwhile") {
  Laboratory lab(links(a_stream()));
  lab.world.pause(b);
  for (int i = 0; i < 3; ++i) lab.send(0, 1, i);
  lab.wait_until(at_ms(60'000));
  lab.world.resume(b, 0ms);
  lab.run();
  CHECK(lab.values(1) == std::vector<int>{0, 1, 2});
}

TEST_CASE("what waits at the sender is bounded: what does not fit is dropped") {
  auto settings = a_stream();
  settings.stream.buffer = 250;
  SECTION("behind a partition") {
    Laboratory lab(links(settings));
    lab.world.network().block(a, b);
    CHECK_FALSE(lab.send(0, 1, 0)[0].lost);  // 100 bytes each
    CHECK_FALSE(lab.send(0, 1, 1)[0].lost);
    const auto third = lab.send(0, 1, 2);
    CHECK(third[0].lost);
    CHECK(std::string(third[0].why) == "full buffer");
    lab.world.network().unblock(a, b);
    lab.run();
    lab.send(0, 1, 3);
    lab.run();
    CHECK(lab.values(1) == std::vector<int>{0, 1, 3});
    CHECK(lab.world.network().statistics().lost_to_full_buffer == 1);
  }
  SECTION("behind a narrow link") {
    settings.bytes_per_second = 1000;  // 100 ms for each
    Laboratory lab(links(settings));
    for (int i = 0; i < 5; ++i) lab.send(0, 1, i);
    lab.run();
    CHECK(arrived(lab) == std::vector<Arrived>{{0, 101}, {1, 201}});
    lab.send(0, 1, 5);
    lab.run();
    CHECK(lab.values(1).back() == 5);
  }
  SECTION("a packet larger than the buffer is sent when nothing waits") {
    Laboratory lab(links(settings));
    lab.send(0, 1, 0, 0, 1000);
    lab.run();
    CHECK(lab.values(1) == std::vector<int>{0});
  }
}

TEST_CASE("a rule acts on messages: what it holds on a stream is overtaken, and no reset takes it") {
  Laboratory lab(links(a_stream()));
  Rule rule;
  rule.name = "hold";
  rule.kind = std::uint8_t{7};
  rule.delay = Distribution::fixed(Duration(50ms));
  lab.world.add_rule(rule);
  lab.send(0, 1, 0, 7);
  lab.send(0, 1, 1);
  lab.wait_until(at_ms(10));
  lab.world.crash(a);
  lab.run();
  CHECK(arrived(lab) == std::vector<Arrived>{{1, 1}, {0, 51}});
}

TEST_CASE("a world with streams that stall can be copied, and goes on as the original does") {
  auto settings = a_stream();
  settings.loss = {1, 3};
  Laboratory lab(links(settings));
  for (int i = 0; i < 50; ++i) lab.send(0, 1, i);
  lab.wait_until(at_ms(700));
  Laboratory copy = lab;
  lab.run();
  copy.run();
  CHECK(arrived(lab) == arrived(copy));
  CHECK(lab.values(1).size() == 50);
  CHECK(lab.world.fingerprint() == copy.world.fingerprint());
}

TEST_CASE("each attempt is a decision of its own: one more loss changes nothing before it") {
  auto settings = a_stream();
  settings.loss = {1, 4};
  const auto run = [&](std::vector<Override> overrides) {
    Laboratory lab(links(settings), 2, nullptr, std::move(overrides));
    for (int i = 0; i < 40; ++i) {
      lab.send(0, 1, i);
      lab.wait_until(at_ms(1000 * (i + 1)));
    }
    return arrived(lab);
  };
  const auto before = run({});
  const auto after = run({lost(20)});
  REQUIRE(before.size() == 40);
  REQUIRE(after.size() == 40);
  CHECK(before[20].at_ms < after[20].at_ms);
  for (std::size_t i = 0; i < 40; ++i) {
    if (i != 20) CHECK(before[i] == after[i]);
  }
}
