// persist() under the main lock: while a write is under way the server does nothing else. What arrives meanwhile has to
// wait; nothing of it may be lost, and no timer either.
#include <algorithm>

#include "catch.hpp"
#include "scenarios/cluster.hpp"

namespace raftsim::tests {

using core::ObservationKind;

namespace {

// A batch takes twice `latency`: write and fsync.
scenarios::Scenario blocking(std::uint32_t servers, sim::Duration latency, bool blocks = true) {
  auto scenario = small_cluster(servers, core::PersistenceMode::append);
  scenario.disk.latency = sim::Distribution::fixed(latency);
  scenario.disk.fsync_latency = scenario.disk.latency;
  scenario.blocking_persistence = blocks;
  return scenario;
}

std::vector<sim::Time> proposed(const Cluster& cluster) {
  std::vector<sim::Time> result;
  for (const auto& said : cluster.said_by(s1, ObservationKind::proposed)) result.push_back(said.at);
  return result;
}

// When `leader` sent AppendEntries, with entries or without, each time once.
std::vector<sim::Time> appends_since(const Cluster& cluster, sim::HostId leader, sim::Time since) {
  std::vector<sim::Time> result;
  for (const auto& sent : cluster.sent) {
    const bool append = sent.packet.kind == static_cast<std::uint8_t>(core::MessageKind::heartbeat) ||
                        sent.packet.kind == static_cast<std::uint8_t>(core::MessageKind::append_entries);
    if (!append || sent.packet.from != leader || sent.packet.sent_at < since) continue;
    if (result.empty() || result.back() != sent.packet.sent_at) result.push_back(sent.packet.sent_at);
  }
  return result;
}

}  // namespace

TEST_CASE("What arrives during a write is handled after it, in order") {
  for (const bool blocks : {false, true}) {
    Cluster cluster(blocking(1, 10ms, blocks));
    cluster.elect();
    cluster.run_for(30ms);
    cluster.said.clear();
    const auto start = cluster.world.now();
    for (std::uint64_t sequence = 1; sequence <= 3; ++sequence) {
      cluster.ask(s1, sequence);
      cluster.run_for(5ms);
    }
    cluster.run_for(100ms);
    if (blocks) {
      // The second waits for the write of the first, and the third then for the write of the second: no group commit.
      CHECK(proposed(cluster) == std::vector<sim::Time>{start + 1ms, start + 21ms, start + 41ms});
    } else {
      CHECK(proposed(cluster) == std::vector<sim::Time>{start + 1ms, start + 6ms, start + 11ms});
    }
    REQUIRE(cluster.replies().size() == 3);
    for (std::uint64_t i = 0; i < 3; ++i) {
      CHECK(cluster.replies()[i].sequence == i + 1);
      CHECK(cluster.replies()[i].done);
    }
  }
}

TEST_CASE(
    "Nothing leaves during a write: not what it is about, nor a heartbeat that comes due: all of it right after") {
  Cluster cluster(blocking(3, 1ms));
  const auto leader = cluster.elect();
  cluster.run_for(100ms);
  cluster.world.set_disk_slowdown(leader, 60, 1);  // the batch takes 120 ms; heartbeats are due every 50
  const auto start = cluster.world.now();
  cluster.ask(leader, 1);
  cluster.run_for(400ms);
  REQUIRE(cluster.leading() == leader);
  const auto appends = appends_since(cluster, leader, start + 1ms);
  REQUIRE_FALSE(appends.empty());
  CHECK(appends.front() == start + 121ms);  // silent for all that time
  for (const auto due : {start + 171ms, start + 221ms}) CHECK(std::count(appends.begin(), appends.end(), due) == 1);
}

TEST_CASE("A candidate whose writes take longer than its election timeout still stands again") {
  auto scenario = blocking(3, 200ms);  // 400 ms and more a write; timeouts are 150 to 300 ms
  scenario.raft.pre_vote = false;
  Cluster cluster(scenario);
  cluster.run_until(sim::Time(1ms));
  for (const sim::HostId other : {sim::HostId{1}, sim::HostId{2}}) cluster.world.crash(other);
  cluster.run_for(10s);
  CHECK(cluster.raft(s1).term() >= core::Term{15});
}

TEST_CASE("A server that is paused during a write goes on where it was") {
  Cluster cluster(blocking(3, 1ms));
  const auto leader = cluster.elect();
  cluster.run_for(100ms);
  const auto start = cluster.world.now();
  cluster.ask(leader, 1);
  cluster.run_for(1ms);
  cluster.ask(leader, 2);  // arrives during the write of the first
  cluster.run_for(1ms);
  cluster.world.pause(leader);
  cluster.ask(leader, 3);  // arrives during the pause
  cluster.run_for(60ms);   // its disk is done meanwhile, and a heartbeat due
  CHECK(cluster.replies().empty());
  cluster.world.resume(leader, 0ms);
  cluster.run_for(200ms);
  REQUIRE(cluster.leading() == leader);
  REQUIRE(cluster.replies().size() == 3);
  for (std::uint64_t i = 0; i < 3; ++i) CHECK(cluster.replies()[i].sequence == i + 1);
  const auto appends = appends_since(cluster, leader, start + 62ms);
  REQUIRE(appends.size() >= 2);
  CHECK(appends[0] < start + 80ms);
  CHECK(std::any_of(appends.begin(), appends.end(), [&](sim::Time sent) {
    return sent < start + 80ms && std::count(appends.begin(), appends.end(), sent + 50ms) == 1;
  }));
}

TEST_CASE("A crash during a write takes with it what waited, and the next incarnation is not held up") {
  Cluster cluster(blocking(1, 10ms));
  cluster.elect();
  cluster.run_for(30ms);
  cluster.ask(s1, 1);
  cluster.run_for(5ms);
  cluster.ask(s1, 2);
  cluster.run_for(5ms);  // the write is under way
  cluster.world.crash(s1);
  cluster.world.restart(s1, 1ms);
  cluster.elect();
  cluster.run_for(50ms);
  CHECK(cluster.replies().empty());
  cluster.ask(s1, 3);
  cluster.run_for(50ms);
  REQUIRE(cluster.replies().size() == 1);
  CHECK(cluster.replies()[0].sequence == 3);
  for (const auto& command : cluster.commands(s1)) CHECK(command != "C1#2 put k1 = 2");
}

}  // namespace raftsim::tests
