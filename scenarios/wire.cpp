#include "scenarios/wire.hpp"

#include "scenarios/administration.hpp"

namespace raftsim::scenarios {

namespace {

constexpr std::size_t header_bytes = 24;  // of requests and replies: names, numbers, kinds

}  // namespace

const char* name_of(ReadMode mode) {
  switch (mode) {
    case ReadMode::log:
      return "log";
    case ReadMode::leader:
      return "leader";
    case ReadMode::follower:
      return "follower";
    case ReadMode::lease:
      return "lease";
  }
  return "?";
}

const char* name_of(ReplyStatus status) {
  switch (status) {
    case ReplyStatus::done:
      return "done";
    case ReplyStatus::not_leader:
      return "not leader";
    case ReplyStatus::unavailable:
      return "unavailable";
    case ReplyStatus::session_expired:
      return "session expired";
    case ReplyStatus::failed:
      return "failed";
  }
  return "?";
}

std::uint32_t wire_size(const ClientRequest& request) {
  return static_cast<std::uint32_t>(header_bytes + request.operation.value.size() + request.operation.expected.size());
}

std::uint32_t wire_size(const ClientReply& reply) {
  return static_cast<std::uint32_t>(header_bytes + reply.answer.value.size());
}

const char* packet_kind_name(std::uint8_t kind) {
  if (kind == client_request_kind) return "ClientRequest";
  if (kind == client_reply_kind) return "ClientReply";
  if (kind == admin_request_kind) return "AdminRequest";
  if (kind == admin_reply_kind) return "AdminReply";
  return is_raft_kind(kind) ? core::name_of(static_cast<core::MessageKind>(kind)) : "unknown";
}

std::optional<std::uint8_t> packet_kind_named(std::string_view name) {
  for (std::uint8_t kind = 0; kind <= admin_reply_kind; ++kind) {
    if (name == packet_kind_name(kind) && name != "unknown") return kind;
  }
  return std::nullopt;
}

}  // namespace raftsim::scenarios
