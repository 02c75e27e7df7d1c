#include "scenarios/trace_describer.hpp"

#include "core/persistence/file_operation.hpp"
#include "scenarios/client.hpp"
#include "scenarios/wire.hpp"

namespace raftsim::scenarios {

namespace {

std::string client_name(std::uint32_t client) { return "C" + std::to_string(client); }

void describe_packet(const sim::Packet& packet, std::vector<checkers::TracedField>& fields) {
  if (packet.kind == client_request_kind) {
    const auto& request = packet.payload.as<ClientRequest>();
    fields.push_back({"client", client_name(request.client)});
    fields.push_back({"sequence", request.sequence});
  } else if (packet.kind == client_reply_kind) {
    const auto& reply = packet.payload.as<ClientReply>();
    fields.push_back({"client", client_name(reply.client)});
    fields.push_back({"sequence", reply.sequence});
    fields.push_back({"done", reply.done});
    if (!reply.done && reply.leader != core::no_server) {
      fields.push_back({"leader", "S" + std::to_string(reply.leader.value)});
    }
  }
}

std::string describe_command(std::string_view payload) {
  const auto name = read_command(payload);
  return name ? client_name(name->client) + "#" + std::to_string(name->sequence) : "";
}

}  // namespace

checkers::Describer describer() { return {packet_kind_name, describe_packet, describe_command, core::file_name}; }

}  // namespace raftsim::scenarios
