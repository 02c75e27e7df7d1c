// The world: hosts with their processes and disks, the network between them, and the queue of what happens next.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "sim/disk.hpp"
#include "sim/event_queue.hpp"
#include "sim/network.hpp"
#include "sim/process.hpp"
#include "sim/random.hpp"

namespace raftsim::sim {

class World;

// What a process may ask of the machine it runs on, during one call.
class Host {
 public:
  [[nodiscard]] Time now() const;
  [[nodiscard]] HostId id() const;
  [[nodiscard]] std::uint32_t incarnation() const;  // 1 at the first boot, one more after each crash
  PacketId send(HostId to, std::uint8_t kind, std::uint32_t bytes, Payload payload);
  // The process will be woken at `when`; a later call replaces an earlier one. Waking early is allowed by the contract of
  // Process::wake only through this: a request for a later time than one already queued keeps the queued event and asks
  // again when it fires, so that pushing back a timer costs nothing.
  void wake_at(Time when);
  OperationId submit(DiskOperation operation);
  [[nodiscard]] const Disk& disk() const;
  // The process's own choices go through the same door as the environment's; `who` is this host.
  [[nodiscard]] std::uint64_t decide(Purpose purpose, std::uint64_t nth, const Distribution& distribution) const;

 private:
  friend class World;
  Host(World& world, HostId id) : world_(world), id_(id) {}
  World& world_;
  HostId id_;
};

enum class HostState : std::uint8_t { up, paused, down };

// What became of one packet that was sent, for checkers and traces.
struct Sent {
  Packet packet;
  bool lost = false;      // dropped by loss, a rule or a partition
  const char* why = nullptr;  // "loss", "partition", a rule's name, or null
  Time delivered_at{};    // when not lost; a held packet has Time::max()
};

// Everything one step did; reused from step to step. What observers see, in this order: event, sent packets.
struct Step {
  EventId id = 0;
  Event event;
  bool stale = false;               // for an earlier incarnation, a host that is down, ...: nothing was called
  std::optional<Packet> delivered;  // deliver: the packet; also set when the receiver was down (stale)
  std::optional<DiskOperation> disk_done;
  std::vector<Sent> sent;           // duplicates made by the network follow their original
  std::uint32_t submitted = 0;      // disk operations handed in
};

class World {
 public:
  World(std::uint64_t seed, NetworkSettings network, std::vector<Override> overrides = {});
  World(const World&);  // copies everything; processes by Process::clone
  World(World&&) noexcept;
  ~World();

  // Boots at the first step after, or at once when the world runs. `disk` is null for a host without one.
  HostId add_host(std::unique_ptr<Process> process, const DiskSettings* disk);

  [[nodiscard]] Time now() const;
  [[nodiscard]] bool idle() const;               // nothing will ever happen again
  [[nodiscard]] const Event& next() const;       // precondition: !idle()
  // Carries out the next event and describes it. An exception from a process leaves the world as it was thrown from;
  // the run is then over.
  void step(Step& step);
  // Calls into a process at the present instant from outside (a test, a director): same bookkeeping as an event.

  // --- faults, at the present instant ---
  void crash(HostId host);                       // no effect on a host that is down
  void restart(HostId host, Duration after);     // schedules the boot
  void pause(HostId host);                       // events for it wait until resume
  void resume(HostId host, Duration after);
  void act_at(Time when, std::uint64_t tag);     // an EventKind::act event: the caller of step() acts upon it
  [[nodiscard]] Network& network();
  [[nodiscard]] const Network& network() const;
  [[nodiscard]] Disk& disk(HostId host);
  [[nodiscard]] const Disk& disk(HostId host) const;
  [[nodiscard]] bool has_disk(HostId host) const;

  [[nodiscard]] Process& process(HostId host);
  [[nodiscard]] const Process& process(HostId host) const;
  [[nodiscard]] HostState state(HostId host) const;
  [[nodiscard]] std::uint32_t incarnation(HostId host) const;
  [[nodiscard]] std::size_t hosts() const;
  [[nodiscard]] const Choices& choices() const;
  [[nodiscard]] std::uint64_t events() const;    // carried out so far
};

}  // namespace raftsim::sim
