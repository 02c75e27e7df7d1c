// The events of the world as plain data: a world can be copied, compared, hashed and written out.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>

#include "sim/time.hpp"

namespace raftsim::sim {

// A machine on the network: number 0 is the first. Servers come first, then clients.
struct HostId {
  std::uint16_t value = 0;
  friend constexpr auto operator<=>(HostId, HostId) = default;
};
inline constexpr HostId no_host{0xffff};

// Numbers events in the order in which they happened, from 1; 0 is "before the run".
using EventId = std::uint64_t;
using PacketId = std::uint64_t;  // numbers packets, duplicates included, in the order in which they were sent; from 1

// In the order in which events of the same instant happen: faults first, then what the hardware did, then the network,
// then timers. See EventQueue for the whole tie rule.
enum class EventKind : std::uint8_t {
  act,         // the director (a nemesis, a scenario) asked to be called; subject = its tag
  restart,     // a host boots: for the first time (incarnation 1), or again after a crash
  resume,      // a paused host goes on
  disk_done,   // the operation at the head of a disk's queue is done; subject = OperationId
  deliver,     // a packet arrives; subject = its slot in the network
  wake,        // a process asked to be woken
  call,        // somebody outside called into a process (World::call); never waits in the queue
  retransmit,  // a stream's timer (Network::Timer): the sender's end; subject = the receiver
};
inline constexpr std::size_t event_kind_count = 8;
[[nodiscard]] const char* name_of(EventKind kind);

struct Event {
  Time at{};
  std::uint64_t sequence = 0;  // order of scheduling, from 1
  EventId cause = 0;           // the event during which this one was scheduled
  std::uint64_t subject = 0;
  std::uint32_t incarnation = 0;  // of the host when this was scheduled; restart: the one that begins
  HostId host = no_host;
  EventKind kind{};
  bool postponed = false;  // came due while the host was paused, and happens now that it has resumed
  friend bool operator==(const Event&, const Event&) = default;
};
static_assert(sizeof(Event) <= 64, "an event fits a cache line");

}  // namespace raftsim::sim
