// Reads a packet as a message of Raft: checkers and traces see messages, whatever a server sends.
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

  // The packet as a message of Raft, as far as it is one; null for any other packet. Refers into the packet, or to
  // `room`, where a reader of bytes writes what it has decoded. Throws nothing: what cannot be decoded is no message.
  [[nodiscard]] virtual const core::Message* describe(const sim::Packet& packet, core::Message& room) const = 0;
  // The packet's bytes as its server sent them, for the trace. Refers into the packet; empty for a packet that carries a
  // value, as those of our own Raft and of the clients do.
  [[nodiscard]] virtual std::string_view raw(const sim::Packet& /*packet*/) const { return {}; }
};

// Of packets that carry a core::Message as it is.
class MessagePackets : public PacketReader {
 public:
  [[nodiscard]] const core::Message* describe(const sim::Packet& packet, core::Message& /*room*/) const override {
    return packet.payload.get_if<core::Message>();
  }
};

}  // namespace raftsim::checkers
