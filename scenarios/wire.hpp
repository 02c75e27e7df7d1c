// What travels on the network besides Raft's own messages, and how packets' kinds are numbered.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/message.hpp"
#include "core/types.hpp"
#include "sim/event.hpp"

namespace raftsim::scenarios {

// The kinds of core::MessageKind keep their numbers; the clients' follow after a gap.
inline constexpr std::uint8_t client_request_kind = 32;
inline constexpr std::uint8_t client_reply_kind = 33;

[[nodiscard]] constexpr bool is_raft_kind(std::uint8_t kind) { return kind < core::message_kind_count; }
[[nodiscard]] const char* packet_kind_name(std::uint8_t kind);  // "AppendEntriesReply", "ClientRequest", ...
[[nodiscard]] std::optional<std::uint8_t> packet_kind_named(std::string_view name);

struct ClientRequest {
  std::uint32_t client = 0;
  std::uint64_t sequence = 0;  // of this client's commands, from 1; the same in a retry
  core::Bytes command;
};

struct ClientReply {
  std::uint32_t client = 0;
  std::uint64_t sequence = 0;
  bool done = false;      // the command was applied; otherwise ask `leader`
  core::ServerId leader;  // no_server when unknown
};

// Servers are hosts 0..n-1 and are called S1..Sn.
[[nodiscard]] constexpr core::ServerId server_of(sim::HostId host) {
  return {static_cast<std::uint16_t>(host.value + 1)};
}
[[nodiscard]] constexpr sim::HostId host_of(core::ServerId server) {
  return {static_cast<std::uint16_t>(server.value - 1)};
}

}  // namespace raftsim::scenarios
