#include "scenarios/cluster/trace_describer.hpp"

#include <utility>

#include "core/machine/command.hpp"
#include "scenarios/wire.hpp"

namespace raftsim::scenarios {

namespace {

std::string client_name(std::uint32_t client) { return "C" + std::to_string(client); }

void describe_name(core::CommandName name, std::uint64_t attempt, std::vector<checkers::TracedField>& fields) {
  fields.push_back({"client", client_name(name.client)});
  fields.push_back({"sequence", name.sequence});
  fields.push_back({"attempt", attempt});
}

void describe_packet(const sim::Packet& packet, std::vector<checkers::TracedField>& fields) {
  if (packet.kind == client_request_kind) {
    const auto& request = packet.payload.as<ClientRequest>();
    describe_name(request.name, request.attempt, fields);
    const bool opens = request.kind == ClientRequest::Kind::open_session;
    fields.push_back({"asks", opens ? "to open a session" : core::describe(request.operation)});
    if (request.session != core::Index{}) fields.push_back({"session", request.session.value});
    if (request.read_mode != ReadMode::log) fields.push_back({"read", std::string(name_of(request.read_mode))});
  } else if (packet.kind == client_reply_kind) {
    const auto& reply = packet.payload.as<ClientReply>();
    describe_name(reply.name, reply.attempt, fields);
    fields.push_back({"status", std::string(name_of(reply.status))});
    if (reply.status == ReplyStatus::done) {
      fields.push_back({"index", reply.index.value});
      fields.push_back({"found", reply.answer.found});
      if (reply.answer.value.size() > 0) fields.push_back({"value", core::readable(reply.answer.value)});
    } else if (reply.leader != core::no_server) {
      fields.push_back({"leader", "S" + std::to_string(reply.leader.value)});
    }
  }
}

std::string describe_command(std::string_view payload) {
  const auto command = core::decode_command(payload);
  return command ? core::describe(*command) : "";
}

}  // namespace

checkers::Describer describer(std::shared_ptr<const ServerFactory> servers) {
  return {packet_kind_name, describe_packet, describe_command,
          [servers = std::move(servers)](sim::FileNumber file) { return servers->file_name(file); }};
}

}  // namespace raftsim::scenarios
