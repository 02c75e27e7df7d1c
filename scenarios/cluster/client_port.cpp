#include "scenarios/cluster/client_port.hpp"

#include <utility>

#include "core/entry.hpp"
#include "core/machine/command.hpp"
#include "scenarios/wire.hpp"

namespace raftsim::scenarios {

namespace {

void reply(sim::Host& host, sim::HostId client, ClientReply&& reply) {
  const auto bytes = wire_size(reply);
  host.send(client, client_reply_kind, bytes, sim::Payload::of(std::move(reply)));
}

}  // namespace

std::optional<ClientCommand> client_command(const sim::Host& host, const sim::Packet& packet) {
  const auto* request = packet.payload.get_if<ClientRequest>();
  if (request == nullptr) return std::nullopt;
  const core::Command command{.kind = core::CommandKind::plain,
                              .name = request->name,
                              .proposed_at = core::Instant(host.now().time_since_epoch()),
                              .session = {},
                              .operation = request->operation};
  return ClientCommand{packet.from, request->name, request->attempt, core::encode(command)};
}

void answer(sim::Host& host, const ClientCommand& command, core::Index index, const core::Answer& answer) {
  reply(host, command.client,
        {.name = command.name,
         .attempt = command.attempt,
         .status = ReplyStatus::done,
         .leader = {},
         .answer = answer,
         .index = index});
}

void redirect(sim::Host& host, const ClientCommand& command, core::ServerId leader) {
  reply(host, command.client,
        {.name = command.name, .attempt = command.attempt, .status = ReplyStatus::not_leader, .leader = leader});
}

ReplicatedStore::Applied ReplicatedStore::apply(core::Index index, std::string_view bytes) {
  const core::Entry entry{.term = {}, .kind = core::EntryKind::command, .payload = core::Bytes(bytes)};
  auto applied = machine_.apply(index, entry, {});
  return {applied.name, std::move(applied.answer)};
}

}  // namespace raftsim::scenarios
