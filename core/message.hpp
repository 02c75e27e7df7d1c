// The messages that servers exchange (paper, Figure 2; PreVote from the dissertation, section 9.6).
#pragma once

#include <cstdint>
#include <variant>

#include "core/entry.hpp"
#include "core/snapshot.hpp"
#include "core/types.hpp"

namespace raftsim::core {

// Asks for a vote in Message::term. With `pre_vote` it only asks whether a vote would be granted in that term, and no
// server adopts the term (dissertation, section 9.6).
struct RequestVote {
  LogPosition last;  // the candidate's last entry
  bool pre_vote = false;
  // The leader itself asked the candidate to start an election (TimeoutNow), so leader stickiness does not apply
  // (dissertation, section 4.2.3).
  bool leadership_transfer = false;
  friend bool operator==(const RequestVote&, const RequestVote&) = default;
};

// Message::term is the voter's current term. A granted pre-vote carries the requested term instead: the voter has not
// adopted it, and the candidate must be able to tell which round the grant belongs to.
struct RequestVoteReply {
  bool granted = false;
  bool pre_vote = false;
  friend bool operator==(const RequestVoteReply&, const RequestVoteReply&) = default;
};

struct AppendEntries {
  LogPosition previous{};  // the entry just before the first of `entries`
  Index leader_commit{};
  EntryBatch entries;  // empty in a heartbeat
  // The leader's round, numbered within its term, in which this was sent. The reply confirms the leader for that round
  // and all earlier ones (dissertation, section 6.4). 0 before the first round.
  std::uint64_t round = 0;
  friend bool operator==(const AppendEntries&, const AppendEntries&) = default;
};

// Identifies the request it answers (previous and count) rather than reporting "my last index": a follower's log may
// extend beyond what this leader has confirmed.
struct AppendEntriesReply {
  Index previous;           // of the request
  std::uint32_t count = 0;  // entries in the request; on success the follower matches through previous + count
  bool success = false;
  // On a rejection: the last position at which the follower's log could still match (paper, end of section 5.3,
  // extended so that both sides skip whole terms). `conflict.index` is the largest index <= previous at which the
  // follower has an entry of term `conflict.term`, with conflict.term <= the term the leader asked for.
  LogPosition conflict{};
  Index last_index{};       // the follower's last index; informative
  std::uint64_t round = 0;  // of the request
  friend bool operator==(const AppendEntriesReply&, const AppendEntriesReply&) = default;
};

// One chunk of a snapshot, for a follower that lacks entries that the leader's log no longer holds (paper, section 7).
struct InstallSnapshot {
  Shared<const SnapshotChunk> chunk;  // never null
  friend bool operator==(const InstallSnapshot& a, const InstallSnapshot& b) { return *a.chunk == *b.chunk; }
};

// Identifies the request it answers (snapshot and offset), like AppendEntriesReply.
struct InstallSnapshotReply {
  Index last;                     // of the snapshot in the request
  Digest snapshot = 0;            // likewise: SnapshotId::digest
  std::uint64_t offset = 0;       // of the chunk in the request
  std::uint64_t next_offset = 0;  // how much of the snapshot the follower has; where to resume
  bool installed = false;         // the snapshot is durable there, or the follower was already past it
  friend bool operator==(const InstallSnapshotReply&, const InstallSnapshotReply&) = default;
};

// From a leader to its successor: start an election at once (dissertation, section 3.10).
struct TimeoutNow {
  friend bool operator==(const TimeoutNow&, const TimeoutNow&) = default;
};

// From a follower that received a read: up to which index must it have applied (dissertation, section 6.4)?
struct ReadIndex {
  std::uint64_t read = 0;  // the requester's number for it; never reused, not even after a restart
  friend bool operator==(const ReadIndex&, const ReadIndex&) = default;
};
struct ReadIndexReply {
  std::uint64_t read = 0;
  Index index;
  bool confirmed = false;  // if false, ask again: this server is not the leader, or does not know yet
  friend bool operator==(const ReadIndexReply&, const ReadIndexReply&) = default;
};

struct Message {
  ServerId from;
  ServerId to;
  Term term;
  std::variant<RequestVote, RequestVoteReply, AppendEntries, AppendEntriesReply, InstallSnapshot, InstallSnapshotReply,
               TimeoutNow, ReadIndex, ReadIndexReply>
      body;
  friend bool operator==(const Message&, const Message&) = default;
};

// Message kinds as named in faults, traces and statistics.
enum class MessageKind : std::uint8_t {
  request_vote,
  request_vote_reply,
  pre_vote,
  pre_vote_reply,
  append_entries,
  heartbeat,  // AppendEntries without entries
  append_entries_reply,
  install_snapshot,
  install_snapshot_reply,
  timeout_now,
  read_index,
  read_index_reply,
};
inline constexpr std::size_t message_kind_count = 12;

[[nodiscard]] MessageKind kind_of(const Message& message);
[[nodiscard]] const char* name_of(MessageKind kind);  // "AppendEntriesReply", ...

// Bytes on the wire, as counted by bandwidth limits and statistics.
[[nodiscard]] std::size_t wire_size(const Message& message);
// A digest of the whole content, for fingerprints.
[[nodiscard]] Digest digest_of(const Message& message);

}  // namespace raftsim::core
