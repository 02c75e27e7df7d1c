// How a server under test that is not ours serves the clients of a run: it takes a command as bytes, puts them into its
// log as they are, and answers when the entry is committed. It needs no sessions and no store of ours.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/bytes.hpp"
#include "core/hash.hpp"
#include "core/machine/machine.hpp"
#include "core/types.hpp"
#include "sim/host.hpp"
#include "sim/packet.hpp"

namespace raftsim::scenarios {

// What a client asks for, and how to answer it.
struct ClientCommand {
  sim::HostId client;
  core::CommandName name;     // the same when it is sent again
  std::uint64_t attempt = 0;  // another one when it is sent again
  core::Bytes bytes;          // for the log
};

// The command in a packet that a server received; nothing when the packet is no client's.
[[nodiscard]] std::optional<ClientCommand> client_command(const sim::Host& host, const sim::Packet& packet);
// It is committed at `index`. A server without a store leaves the answer empty (ClientSupport::store).
void answer(sim::Host& host, const ClientCommand& command, core::Index index, const core::Answer& answer = {});
// It was not taken, or its entry was replaced: ask `leader`, or anybody when that is no_server.
void redirect(sim::Host& host, const ClientCommand& command, core::ServerId leader);

// For a server whose log holds bytes and nothing else: the key-value store that the clients speak to, so that their
// history can be judged. A value; empty at each start, when the server applies its log anew.
class ReplicatedStore {
 public:
  struct Applied {
    core::CommandName name;  // client 0: the bytes are no command
    core::Answer answer;
  };
  // The bytes of committed commands, each once, in the order of their indexes.
  Applied apply(core::Index index, std::string_view bytes);
  // Of the whole state, for core::Applied::machine.
  [[nodiscard]] core::Digest digest() const { return machine_.digest(); }

 private:
  core::Machine machine_;
};

}  // namespace raftsim::scenarios
