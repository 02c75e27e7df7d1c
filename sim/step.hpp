// Everything that one event of the world did.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/disk_operation.hpp"
#include "sim/event.hpp"
#include "sim/network.hpp"

namespace raftsim::sim {

// Reused from step to step. What observers see, in this order: the event, what it brought, the packets sent.
struct Step {
  EventId id = 0;
  Event event;
  // Nothing was called, for good: the packet found its receiver down, the host to restart was not down, ...
  bool stale = false;
  // Nothing was called yet, as the host is paused: the event happens again, as `event.postponed`, when it has resumed.
  // A disk operation took effect nevertheless.
  bool deferred = false;
  bool crashed = false;             // disk_done: the host crashed at this moment (World::arm_crash); nothing was called
  std::string halted;               // not empty: the process halted its host (Host::halt), and says why
  std::optional<Packet> delivered;  // deliver: the packet; also when stale or deferred
  std::optional<DiskOperation> disk_done;  // disk_done: the operation; also when deferred
  std::vector<Sent> sent;                  // duplicates made by the network follow their original
  std::uint32_t submitted = 0;             // disk operations handed in

  // For the event that begins.
  void begin(EventId event_id, const Event& next) {
    id = event_id;
    event = next;
    stale = false;
    deferred = false;
    crashed = false;
    if (!halted.empty()) [[unlikely]]
      halted.clear();
    delivered.reset();
    disk_done.reset();
    sent.clear();
    submitted = 0;
  }
};

}  // namespace raftsim::sim
