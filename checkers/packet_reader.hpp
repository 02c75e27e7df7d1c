// Reads a packet as a message of Raft: checkers and traces see messages, whatever a server sends.
#pragma once

#include "core/message.hpp"
#include "sim/packet.hpp"

namespace raftsim::checkers {

class PacketReader {
 public:
  PacketReader() = default;
  PacketReader(const PacketReader&) = delete;
  PacketReader& operator=(const PacketReader&) = delete;
  virtual ~PacketReader() = default;

  // The packet as a message of Raft, as far as it is one; null for any other packet. Refers into the packet, or to
  // `room`, where a reader of bytes writes what it has decoded. Throws nothing: what cannot be decoded is no message.
  [[nodiscard]] virtual const core::Message* describe(const sim::Packet& packet, core::Message& room) const = 0;
};

// Of packets that carry a core::Message as it is.
class MessagePackets : public PacketReader {
 public:
  [[nodiscard]] const core::Message* describe(const sim::Packet& packet, core::Message& /*room*/) const override {
    return packet.payload.get_if<core::Message>();
  }
};

}  // namespace raftsim::checkers
