// A small world to try things in: hosts that write down what happens to them and do what a test tells them to.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "sim/world.hpp"

namespace raftsim::sim {

inline constexpr HostId a{0};
inline constexpr HostId b{1};

// All links alike.
inline NetworkSettings links(LinkSettings settings) {
  NetworkSettings network;
  network.links = std::move(settings);
  return network;
}

// Every packet takes this long.
inline NetworkSettings network_delayed(Duration delay) {
  NetworkSettings network;
  network.links.delay = Distribution::fixed(delay);
  return network;
}

struct Received {
  Time at{};
  PacketId packet = 0;
  int value = 0;
  std::uint32_t incarnation = 0;  // of the receiver
  friend bool operator==(const Received&, const Received&) = default;
};

// Answers nothing, remembers everything; its notebook survives crashes, as the test reads it.
struct Notebook : Process {
  std::vector<Received> received;
  std::vector<Time> woken;
  std::vector<OperationId> done;
  std::vector<Time> done_at;
  std::vector<DiskError> errors;  // of all that was done
  std::vector<Time> booted;
  int crashes = 0;
  void boot(Host& host) override { booted.push_back(host.now()); }
  void crash() override { ++crashes; }
  void receive(Host& host, const Packet& packet) override {
    received.push_back({host.now(), packet.id, packet.payload.as<int>(), host.incarnation()});
  }
  void wake(Host& host) override { woken.push_back(host.now()); }
  void disk_done(Host& host, const DiskOperation& operation) override {
    done.push_back(operation.id);
    done_at.push_back(host.now());
    errors.push_back(operation.error);
  }
  [[nodiscard]] std::unique_ptr<Process> clone() const override { return std::make_unique<Notebook>(*this); }
};

// Sends a number to everybody each time it wakes; who receives an even kind echoes it. Writes each tenth number down.
struct Echo : Process {
  int sent = 0;
  std::uint64_t heard = 0;
  void boot(Host& host) override {
    if (!host.disk().exists(1)) host.submit({.kind = DiskOperationKind::create, .file = 1});
    host.wake_at(host.now() + std::chrono::milliseconds(1));
  }
  void crash() override { heard = 0; }
  void receive(Host& host, const Packet& packet) override {
    ++heard;
    if (packet.kind == 0) host.send(packet.from, 1, packet.bytes, packet.payload);
  }
  void wake(Host& host) override {
    for (std::uint16_t to = 0; to < 3; ++to) {
      if (HostId{to} != host.id()) host.send(HostId{to}, 0, 100, Payload::of(sent));
    }
    if (++sent % 10 == 0) {
      host.submit({.kind = DiskOperationKind::write, .file = 1, .offset = heard % 2000, .bytes = "ten more"});
      host.submit({.kind = DiskOperationKind::fsync, .file = 1});
    }
    const auto pause = host.decide(Purpose::first_of_scenario, static_cast<std::uint64_t>(sent),
                                   Distribution::uniform(std::uint64_t{100'000}, std::uint64_t{3'000'000}));
    host.wake_at(host.now() + Duration(static_cast<std::int64_t>(pause)));
  }
  void disk_done(Host&, const DiskOperation&) override {}
  [[nodiscard]] std::unique_ptr<Process> clone() const override { return std::make_unique<Echo>(*this); }
};

// Hosts 0, 1, 2, ... with a notebook each, booted.
class Laboratory {
 public:
  explicit Laboratory(NetworkSettings network = {}, std::uint16_t hosts = 2, const DiskSettings* disk = nullptr,
                      std::vector<Override> overrides = {}, std::uint64_t seed = 1)
      : world(seed, std::move(network), std::move(overrides)) {
    for (std::uint16_t i = 0; i < hosts; ++i) world.add_host(std::make_unique<Notebook>(), disk);
    for (std::uint16_t i = 0; i < hosts; ++i) world.step(step);
  }
  // Returns what became of it, duplicates included.
  std::vector<Sent> send(std::uint16_t from, std::uint16_t to, int value, std::uint8_t kind = 0,
                         std::uint32_t bytes = 100) {
    world.call(HostId{from}, step,
               [&](Process&, Host& host) { host.send(HostId{to}, kind, bytes, Payload::of(value)); });
    return step.sent;
  }
  void wake_at(std::uint16_t host, Time when) {
    world.call(HostId{host}, step, [&](Process&, Host& machine) { machine.wake_at(when); });
  }
  OperationId submit(std::uint16_t host, DiskOperation operation) {
    OperationId id = 0;
    world.call(HostId{host}, step, [&](Process&, Host& machine) { id = machine.submit(std::move(operation)); });
    return id;
  }
  // Carries out everything that is due up to and including `until`.
  void run(Time until = never) {
    while (!world.idle() && world.next().at <= until) world.step(step);
  }
  // Does nothing until then.
  void wait_until(Time when) {
    world.act_at(when, 0);
    run(when);
  }
  [[nodiscard]] Notebook& notes(std::uint16_t host) { return static_cast<Notebook&>(world.process(HostId{host})); }
  [[nodiscard]] std::vector<int> values(std::uint16_t host) {
    std::vector<int> result;
    for (const Received& each : notes(host).received) result.push_back(each.value);
    return result;
  }

  World world;
  Step step;
};

inline Time at_ms(std::int64_t milliseconds) { return Time(std::chrono::milliseconds(milliseconds)); }

}  // namespace raftsim::sim
