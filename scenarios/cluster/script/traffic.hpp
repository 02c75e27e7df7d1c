// How much servers have sent each other.
#pragma once

#include <cstdint>

#include "core/message.hpp"
#include "core/message_content.hpp"
#include "sim/packet.hpp"

namespace raftsim::scenarios {

// Lost or not; what the network duplicates is not sent.
struct Traffic {
  std::uint64_t messages = 0;
  std::uint64_t requests = 0;  // those that ask for a reply: the labs' RPCs
  std::uint64_t bytes = 0;

  void count(const sim::Packet& packet, core::MessageKind kind) {
    ++messages;
    bytes += packet.bytes;
    if (is_request(kind)) ++requests;
  }
  [[nodiscard]] static bool is_request(core::MessageKind kind) {
    switch (kind) {
      case core::MessageKind::request_vote:
      case core::MessageKind::pre_vote:
      case core::MessageKind::append_entries:
      case core::MessageKind::heartbeat:
      case core::MessageKind::install_snapshot:
      case core::MessageKind::timeout_now:
      case core::MessageKind::read_index:
        return true;
      case core::MessageKind::request_vote_reply:
      case core::MessageKind::pre_vote_reply:
      case core::MessageKind::append_entries_reply:
      case core::MessageKind::install_snapshot_reply:
      case core::MessageKind::read_index_reply:
        return false;
    }
    return false;
  }
};

}  // namespace raftsim::scenarios
