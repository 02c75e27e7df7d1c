#include "scenarios/wire.hpp"

namespace raftsim::scenarios {

const char* packet_kind_name(std::uint8_t kind) {
  if (kind == client_request_kind) return "ClientRequest";
  if (kind == client_reply_kind) return "ClientReply";
  return is_raft_kind(kind) ? core::name_of(static_cast<core::MessageKind>(kind)) : "unknown";
}

std::optional<std::uint8_t> packet_kind_named(std::string_view name) {
  for (std::uint8_t kind = 0; kind <= client_reply_kind; ++kind) {
    if (name == packet_kind_name(kind) && name != "unknown") return kind;
  }
  return std::nullopt;
}

}  // namespace raftsim::scenarios
