// A recorded run as plain data: its identity, what was found, and every event with its cause.
//
// The file format is JSON, described in TRACE.md and trace.schema.json; json.hpp reads and writes it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "checkers/checker.hpp"
#include "core/hash.hpp"
#include "core/message.hpp"
#include "core/observation.hpp"
#include "sim/disk_operation.hpp"
#include "sim/event.hpp"
#include "sim/packet.hpp"

namespace raftsim::checkers {

inline constexpr int trace_format = 2;

// The first hosts are servers, named S1, S2, ...; the other hosts are clients: C1, C2, ...
struct Naming {
  std::uint16_t servers = 0;
  [[nodiscard]] std::string name(sim::HostId host) const;  // "" for no_host
  // The host of that name; std::nullopt if there is none.
  [[nodiscard]] std::optional<sim::HostId> host(std::string_view name) const;
};

// Everything needed to repeat the run.
struct TraceHeader {
  std::string program;          // the program version that wrote it
  std::string scenario = "{}";  // in full, as JSON text
  std::uint64_t seed = 0;
  std::vector<std::string> mutations;
  std::string overrides = "[]";  // overridden random decisions, as JSON text
  core::Digest fingerprint = 0;
  std::uint16_t servers = 0;
  std::uint16_t clients = 0;
};

// An entry of an AppendEntries. Its index follows from `previous`.
struct TracedEntry {
  core::Term term;
  core::EntryKind kind = core::EntryKind::command;
  core::Digest digest = 0;                           // core::digest_of(entry), as in observations
  std::uint64_t bytes = 0;                           // of the payload
  std::string command;                               // description of the payload; may be empty
  std::optional<core::Configuration> configuration;  // decoded payload, if it is one
};

struct TracedAppendEntries {
  core::LogPosition previous;
  core::Index leader_commit;
  std::vector<TracedEntry> entries;
  std::uint64_t round = 0;
};

// Without the bytes of the chunk.
struct TracedInstallSnapshot {
  core::SnapshotId snapshot;
  core::Configuration configuration;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;  // of the chunk
};

// A field of a packet that is not a Raft message.
struct TracedField {
  std::string name;
  std::variant<bool, std::uint64_t, std::string> value;
};

using PacketContent = std::variant<core::RequestVote, core::RequestVoteReply, TracedAppendEntries,
                                   core::AppendEntriesReply, TracedInstallSnapshot, core::InstallSnapshotReply,
                                   core::TimeoutNow, core::ReadIndex, core::ReadIndexReply, std::vector<TracedField>>;

struct TracedPacket {
  sim::PacketId id = 0;
  sim::PacketId duplicate_of = 0;  // 0 for an original
  sim::EventId cause = 0;          // the event during which it was sent
  sim::HostId from;
  sim::HostId to;
  std::uint32_t incarnation = 0;  // of the sender
  std::uint32_t bytes = 0;
  sim::Time sent_at{};
  std::string kind;  // core::name_of(MessageKind), or the other processes' name for it
  core::Term term;   // in which it was sent; 0 if not a Raft message
  std::string raw;   // its bytes, if the server sends its own wire format; else empty
  PacketContent content;
};

// A packet that an event sent, and its fate.
struct TracedSend {
  TracedPacket packet;
  bool lost = false;
  std::string why;                        // reason for a loss or delay: "loss", "partition", a rule's name
  std::optional<sim::Time> delivered_at;  // std::nullopt if lost, or held until something else happens
};

// What a nemesis did after an event and before the next one.
struct TracedFault {
  std::string name;    // of the fault, as in the scenario: "leader-crash"
  std::string action;  // in words: "crash", "restart", "cut off", ...
  sim::HostId host = sim::no_host;
};

// One step of the world.
struct TracedEvent {
  sim::EventId id = 0;
  sim::Time at{};
  sim::EventKind kind{};
  sim::HostId host = sim::no_host;
  std::uint32_t incarnation = 0;           // of the host, when the event happened
  sim::EventId cause = 0;                  // the event during which this one was scheduled; 0: before the run
  std::uint64_t subject = 0;               // act: the director's tag
  bool stale = false;                      // dropped without a call: the receiver was down, ...
  bool deferred = false;                   // no call yet, as the host is paused: happens again after it has resumed
  bool postponed = false;                  // came due while the host was paused, and happens now
  bool crashed = false;                    // disk_done: the host crashed at this moment; no call was made
  std::optional<TracedPacket> packet;      // deliver
  std::optional<sim::DiskOperation> disk;  // disk_done; without its bytes
  std::string file;                        // disk_done: the name of its file; may be empty
  std::vector<TracedSend> sent;
  std::uint32_t submitted = 0;  // disk operations handed in
  std::vector<core::Observation> observations;
  std::vector<TracedFault> faults;
  core::Digest fingerprint = 0;  // of the run up to and including this event
};

struct Trace {
  TraceHeader header;
  std::optional<Verdict> verdict;
  std::string statistics = "{}";  // as JSON text
  std::vector<TracedEvent> events;
  bool edited = false;  // the file was changed after it was written; set by the reader
  [[nodiscard]] Naming naming() const { return {header.servers}; }
};

}  // namespace raftsim::checkers
