// A server under test: a process that also reports what it does, in the words of core/observation.hpp. A run knows no
// concrete server: it makes them with a factory, and reads their packets and disks through it. Our own Raft
// (servers/raftsim) is the first implementation; an adapter for another Raft is one more.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "checkers/beginning.hpp"
#include "checkers/capabilities.hpp"
#include "checkers/durable_reader.hpp"
#include "checkers/packet_reader.hpp"
#include "core/observation.hpp"
#include "core/options.hpp"
#include "core/types.hpp"
#include "sim/disk_operation.hpp"
#include "sim/process.hpp"

namespace raftsim::scenarios {

//
// A server whose disk reports an error, or that cannot trust what it finds there when it boots, halts its host and says why
// (sim::Host::halt). Without a fault of the disk both are verdicts about the server.
class Server : public sim::Process {
 public:
  // What happened during the last call into this process, in order. The reader clears it.
  [[nodiscard]] std::vector<core::Observation>& observations() { return observations_; }
  // Whether the last boot found a last record that a crash had torn, and dropped it.
  [[nodiscard]] virtual bool recovered_from_torn_tail() const { return false; }
  // Options of Raft's from now on, and after restarts (ServerFactory::changes_options).
  virtual void change_options(const core::Options& /*options*/) {}
  // Of the entries in its log, as they are on the wire; nothing when it does not say (ServerFactory::tells_log_size).
  [[nodiscard]] virtual std::optional<std::uint64_t> log_bytes() const { return std::nullopt; }

 protected:
  std::vector<core::Observation> observations_;
};

// How clients can use a kind of server. What it cannot do they do not ask for.
struct ClientSupport {
  bool sessions = true;  // a command takes effect once, however often it is sent (dissertation, section 6.3)
  bool store = true;     // answers are those of the key-value store; otherwise an answer says only "committed"
  bool reads = true;     // gets may be answered without an entry in the log (dissertation, section 6.4)
};

// Makes the servers of one run, and reads what only they can read. Immutable: shared by a run and its copies.
class ServerFactory : public checkers::PacketReader {
 public:
  [[nodiscard]] virtual std::unique_ptr<Server> make(core::ServerId self) const = 0;
  [[nodiscard]] virtual bool has_disk() const { return true; }
  [[nodiscard]] virtual ClientSupport client_support() const { return {}; }
  // What it lets checkers know; those that need more are reported as not judged.
  [[nodiscard]] virtual checkers::Capabilities capabilities() const { return {}; }
  // A fresh reader of one server's disk, which a run copies for each of them; null when nobody here can read it.
  [[nodiscard]] virtual std::shared_ptr<const checkers::DurableReader> durable_reader() const = 0;
  // How a file of its servers is called in a trace.
  [[nodiscard]] virtual std::string file_name(sim::FileNumber file) const { return "file-" + std::to_string(file); }
  // Whether its servers can begin with the states that a scenario gives (Scenario::begin). If so, the next two say
  // what that is.
  [[nodiscard]] virtual bool begins_with_states() const { return false; }
  // The files on a server's disk at its first boot, durable, as it would have left them. None without a disk: then make()
  // gives the server its state.
  [[nodiscard]] virtual std::map<sim::FileNumber, std::string> first_files(core::ServerId /*self*/) const { return {}; }
  // The same state, as its observations will have it.
  [[nodiscard]] virtual checkers::Beginning beginning(core::ServerId /*self*/) const { return {}; }
  // Whether it answers an administrator (scenarios/administration.hpp).
  [[nodiscard]] virtual bool changes_membership() const { return false; }
  // Whether its options can be changed while it runs.
  [[nodiscard]] virtual bool changes_options() const { return false; }
  // Whether they say how large their logs are.
  [[nodiscard]] virtual bool tells_log_size() const { return false; }
};

}  // namespace raftsim::scenarios
