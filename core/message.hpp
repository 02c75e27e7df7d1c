// The messages that servers exchange (paper, Figure 2; PreVote from the dissertation, section 9.6).
#pragma once

#include <cstdint>
#include <variant>

#include "core/entry.hpp"
#include "core/types.hpp"

namespace raftsim::core {

// Asks for a vote in Message::term. With `pre_vote` it only asks whether a vote would be granted in that term, and
// nobody adopts the term (dissertation, section 9.6).
struct RequestVote {
  LogPosition last;  // the candidate's last entry
  bool pre_vote = false;
  friend bool operator==(const RequestVote&, const RequestVote&) = default;
};

// Message::term is the voter's current term; but a granted pre-vote carries the term that was asked for, since the
// voter has not adopted it and the candidate must be able to tell which round the grant belongs to.
struct RequestVoteReply {
  bool granted = false;
  bool pre_vote = false;
  friend bool operator==(const RequestVoteReply&, const RequestVoteReply&) = default;
};

struct AppendEntries {
  LogPosition previous;  // the entry just before the first of `entries`
  Index leader_commit;
  EntryBatch entries;  // empty in a heartbeat
  friend bool operator==(const AppendEntries&, const AppendEntries&) = default;
};

// Names the request it answers (previous and count), never "my last index": a follower's log may be longer than what
// this leader has confirmed.
struct AppendEntriesReply {
  Index previous;           // of the request
  std::uint32_t count = 0;  // entries in the request; on success the follower matches up to previous + count
  bool success = false;
  // On a rejection: where the follower's log could match at best (dissertation, end of section 5.3, extended so that
  // both sides skip whole terms). `conflict.index` is the largest index <= previous at which the follower has an entry
  // of term `conflict.term`, with conflict.term <= the term the leader asked for.
  LogPosition conflict{};
  Index last_index{};  // the follower's last index; informative
  friend bool operator==(const AppendEntriesReply&, const AppendEntriesReply&) = default;
};

struct Message {
  ServerId from;
  ServerId to;
  Term term;
  std::variant<RequestVote, RequestVoteReply, AppendEntries, AppendEntriesReply> body;
  friend bool operator==(const Message&, const Message&) = default;
};

// The kinds as faults, traces and statistics name them.
enum class MessageKind : std::uint8_t {
  request_vote,
  request_vote_reply,
  pre_vote,
  pre_vote_reply,
  append_entries,
  heartbeat,  // AppendEntries without entries
  append_entries_reply,
};
inline constexpr std::size_t message_kind_count = 7;

[[nodiscard]] MessageKind kind_of(const Message& message);
[[nodiscard]] const char* name_of(MessageKind kind);  // "AppendEntriesReply", ...

// Bytes on the wire, as bandwidth and the statistics count them.
[[nodiscard]] std::size_t wire_size(const Message& message);
// A digest of the whole content, for fingerprints.
[[nodiscard]] Digest digest_of(const Message& message);

}  // namespace raftsim::core
