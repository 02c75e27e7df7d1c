// Decodes a packet as a Raft message, so that checkers and traces see messages whatever a server sends.
#pragma once

#include <string_view>

#include "core/message.hpp"
#include "sim/packet.hpp"

namespace raftsim::checkers {

class PacketReader {
 public:
  PacketReader() = default;
  PacketReader(const PacketReader&) = delete;
  PacketReader& operator=(const PacketReader&) = delete;
  virtual ~PacketReader() = default;

  // The packet as a Raft message; null for any other packet. Points into the packet, or to `room`, into which a reader
  // of bytes decodes. Throws nothing: a packet that cannot be decoded is not a message.
  [[nodiscard]] virtual const core::Message* describe(const sim::Packet& packet, core::Message& room) const = 0;
  // The packet's bytes as its server sent them, for the trace. Points into the packet. Empty for a packet that carries
  // a value, like those of our own Raft and of the clients.
  [[nodiscard]] virtual std::string_view raw(const sim::Packet& /*packet*/) const { return {}; }
};

// Reads packets that carry a core::Message.
class MessagePackets : public PacketReader {
 public:
  [[nodiscard]] const core::Message* describe(const sim::Packet& packet, core::Message& /*room*/) const override {
    return packet.payload.get_if<core::Message>();
  }
};

}  // namespace raftsim::checkers
