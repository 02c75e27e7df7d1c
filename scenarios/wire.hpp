// What travels on the network besides Raft's own messages, and how packets' kinds are numbered.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/machine/command.hpp"
#include "core/machine/operation.hpp"
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

// How a get is answered (dissertation, section 6.4).
enum class ReadMode : std::uint8_t {
  log,       // as an entry of the log, like a write
  leader,    // by the leader, once a quorum has confirmed that it leads
  follower,  // by any server, once the leader has told it how far it must have applied
  lease,     // by the leader, without a round, while its lease lasts
};
inline constexpr std::size_t read_mode_count = 4;
[[nodiscard]] const char* name_of(ReadMode mode);

struct ClientRequest {
  enum class Kind : std::uint8_t { open_session, operation };
  Kind kind = Kind::operation;
  core::CommandName name = {};  // the same in a retry
  // Of this client's requests, from 1, and never used again: another one in each retry. The reply repeats it, so that
  // the late refusal of an earlier attempt is not taken for an answer to this one.
  std::uint64_t attempt = 0;
  core::Index session = {};            // 0: none; the operation takes effect each time it stands in the log
  core::Operation operation = {};      // not with open_session
  ReadMode read_mode = ReadMode::log;  // of a get
};
// Such a request never becomes an entry, and so no command of its session.
[[nodiscard]] constexpr bool stays_out_of_log(const ClientRequest& request) {
  return request.kind == ClientRequest::Kind::operation && request.operation.kind == core::OperationKind::get &&
         request.read_mode != ReadMode::log;
}

// What a server's core calls it: no other read of any server is ever called the same.
[[nodiscard]] constexpr std::uint64_t read_number(core::CommandName name, std::uint64_t attempt) {
  return std::uint64_t{name.client} << 40U | attempt;
}

enum class ReplyStatus : std::uint8_t {
  done,             // it took effect, at `index`; or was read as of `index`
  not_leader,       // ask `leader`. Of earlier attempts this says nothing, and of this one little
  unavailable,      // not now; try again
  session_expired,  // it has no effect from now on; whether it had before, nobody knows any more
  failed,  // it has no effect and never will. Who has put it into a log cannot know: only a planted bug says so
};
[[nodiscard]] const char* name_of(ReplyStatus status);

struct ClientReply {
  core::CommandName name = {};
  std::uint64_t attempt = 0;
  ReplyStatus status = ReplyStatus::done;
  core::ServerId leader = {};  // no_server when unknown
  core::Answer answer = {};    // done
  // done: of the entry with which it took effect (a session's id is the one of the entry that opened it), or how far
  // the server had applied when it read.
  core::Index index = {};
};

// On the wire, as bandwidth counts it.
[[nodiscard]] std::uint32_t wire_size(const ClientRequest& request);
[[nodiscard]] std::uint32_t wire_size(const ClientReply& reply);

// Servers are hosts 0..n-1 and are called S1..Sn.
[[nodiscard]] constexpr core::ServerId server_of(sim::HostId host) {
  return {static_cast<std::uint16_t>(host.value + 1)};
}
[[nodiscard]] constexpr sim::HostId host_of(core::ServerId server) {
  return {static_cast<std::uint16_t>(server.value - 1)};
}

}  // namespace raftsim::scenarios
