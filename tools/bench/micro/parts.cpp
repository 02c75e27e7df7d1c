// What the parts of an event cost, each by itself: queue, randomness, network, disk, core, fingerprint.
#include <benchmark/benchmark.h>

#include <vector>

#include "core/message.hpp"
#include "core/persistence/crc32c.hpp"
#include "core/raft/raft.hpp"
#include "sim/disk.hpp"
#include "sim/event_queue.hpp"
#include "sim/network.hpp"
#include "sim/random.hpp"

namespace raftsim::benchmarks {

namespace {

using benchmark::DoNotOptimize;
using benchmark::State;
using namespace std::chrono_literals;

const sim::Distribution milliseconds = sim::Distribution::uniform(sim::Duration(1ms), sim::Duration(5ms));

// Takes out one event and puts in one, with range(0) pending.
void queue(State& state) {
  const sim::Choices choices(1);
  sim::EventQueue queue;
  std::vector<sim::Duration> ahead;
  for (std::uint64_t nth = 0; nth < 4096; ++nth) {
    ahead.push_back(choices.decide_duration({sim::Purpose::packet_delay, 0, nth}, milliseconds));
  }
  std::size_t nth = 0;
  sim::Event event;
  for (std::int64_t pending = 0; pending < state.range(0); ++pending) {
    event.at = sim::Time(ahead[nth++ % ahead.size()]);
    queue.push(event);
  }
  for (auto _ : state) {
    event = queue.pop();
    event.at += ahead[nth++ % ahead.size()];
    queue.push(event);
  }
}
BENCHMARK(queue)->Arg(16)->Arg(64)->Arg(1024);

void draw(State& state) {
  const sim::Choices choices(1);
  std::uint64_t nth = 0;
  for (auto _ : state) DoNotOptimize(choices.decide({sim::Purpose::packet_delay, 1, nth++}, milliseconds));
}
BENCHMARK(draw);

// One packet from sending to taking it, under loss, delay and reordering.
void network(State& state) {
  const sim::Choices choices(1);
  sim::NetworkSettings settings;
  settings.links.delay = milliseconds;
  settings.links.loss = settings.links.reorder = {1, 50};
  settings.links.reorder_delay = milliseconds;
  sim::Network network(settings);
  network.add_host();
  network.add_host();
  std::vector<sim::Sent> sent;
  for (auto _ : state) {
    sent.clear();
    sim::Packet& packet = sent.emplace_back().packet;
    packet.from = {0};
    packet.to = {1};
    packet.payload = sim::Payload::of(core::Message{});
    for (const auto& arrival : network.send({}, choices, sent)) {
      DoNotOptimize(network.take(arrival.slot));
    }
  }
}
BENCHMARK(network);

// A write of 128 bytes and its fsync.
void disk(State& state) {
  const sim::Choices choices(1);
  sim::DiskSettings settings;
  settings.latency = settings.fsync_latency = milliseconds;
  sim::Disk disk(settings, {0});
  disk.submit({}, 0, {.kind = sim::DiskOperationKind::create, .file = 1}, choices);
  disk.complete_head({}, choices);
  std::uint64_t offset = 0;
  for (auto _ : state) {
    disk.submit({}, 0,
                {.kind = sim::DiskOperationKind::write, .file = 1, .offset = offset, .bytes = std::string(128, 'x')},
                choices);
    disk.submit({}, 0, {.kind = sim::DiskOperationKind::fsync, .file = 1}, choices);
    disk.complete_head({}, choices);
    disk.complete_head({}, choices);
    offset = (offset + 128) % (64U << 10U);
  }
}
BENCHMARK(disk);

void checksum(State& state) {
  const std::string bytes(static_cast<std::size_t>(state.range(0)), 'x');
  for (auto _ : state) DoNotOptimize(core::crc32c(bytes));
}
BENCHMARK(checksum)->Arg(128)->Arg(4096);

core::Message heartbeat(std::uint64_t commit) {
  return {.from = {2},
          .to = {1},
          .term = {1},
          .body = core::AppendEntries{.previous = {}, .leader_commit = {commit}, .entries = {}}};
}

// A follower hears its leader's heartbeat and answers.
void core_heartbeat(State& state) {
  core::Raft raft({1}, {{1}, {2}, {3}}, {}, {}, {}, 200ms);
  raft.set_next_election_timeout(200ms);
  core::Effects effects;
  core::Instant now{};
  const core::Message message = heartbeat(0);
  raft.receive(now, message, effects);  // adopts the term
  raft.stored(now, effects.write->ticket, effects);
  for (auto _ : state) {
    effects.clear();
    raft.receive(now += 10ms, message, effects);
    DoNotOptimize(effects.messages.data());
  }
}
BENCHMARK(core_heartbeat);

void fingerprint_of_message(State& state) {
  const core::Message message = heartbeat(7);
  for (auto _ : state) DoNotOptimize(core::digest_of(message));
}
BENCHMARK(fingerprint_of_message);

}  // namespace

}  // namespace raftsim::benchmarks
