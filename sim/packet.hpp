// A packet: opaque content with its lineage.
#pragma once

#include <cstdint>
#include <memory>

#include "sim/event.hpp"
#include "sim/payload.hpp"
#include "sim/time.hpp"

namespace raftsim::sim {

struct Packet {
  PacketId id = 0;
  PacketId duplicate_of = 0;  // the packet that this one repeats; 0 for an original
  EventId cause = 0;          // the event during which it was sent
  Time sent_at{};
  std::uint32_t nth_on_link = 0;  // how many packets went this way before
  std::uint32_t nth_of_kind = 0;  // and how many of its kind
  std::uint32_t bytes = 0;        // on the wire
  std::uint32_t incarnation = 0;  // of the sender
  HostId from;
  HostId to;
  std::uint16_t connection = 0;  // on a stream: which one between the two hosts; 0 for a datagram
  std::uint8_t kind = 0;         // as the processes number theirs; faults can be aimed at it
  Payload payload;
};

}  // namespace raftsim::sim
