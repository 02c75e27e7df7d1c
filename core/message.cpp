#include "core/message.hpp"

namespace raftsim::core {

namespace {

// Sizes on the wire. A message starts with kind, from, to (2 + 2 + 2 bytes) and term (8).
constexpr std::size_t header_bytes = 14;
constexpr std::size_t number_bytes = 8;
constexpr std::size_t flag_bytes = 1;
constexpr std::size_t position_bytes = 2 * number_bytes;

std::size_t body_size(const RequestVote&) { return position_bytes + flag_bytes; }
std::size_t body_size(const RequestVoteReply&) { return 2 * flag_bytes; }
std::size_t body_size(const AppendEntries& body) {
  std::size_t size = position_bytes + number_bytes;
  for (const Entry& entry : body.entries.view()) size += wire_size(entry);
  return size;
}
std::size_t body_size(const AppendEntriesReply&) { return 2 * number_bytes + 4 + flag_bytes + position_bytes; }

Digest mixed(Digest digest, const LogPosition& position) {
  return mix(mix(digest, position.index.value), position.term.value);
}

Digest mixed(Digest digest, const RequestVote& body) { return mix(mixed(digest, body.last), body.pre_vote ? 1 : 0); }
Digest mixed(Digest digest, const RequestVoteReply& body) {
  return mix(digest, (body.granted ? 1U : 0U) | (body.pre_vote ? 2U : 0U));
}
Digest mixed(Digest digest, const AppendEntries& body) {
  digest = mix(mixed(digest, body.previous), body.leader_commit.value);
  for (const Entry& entry : body.entries.view()) digest = mix(digest, digest_of(entry));
  return mix(digest, body.entries.size());
}
Digest mixed(Digest digest, const AppendEntriesReply& body) {
  digest = mix(mix(digest, body.previous.value), body.count);
  return mix(mix(mixed(digest, body.conflict), body.success ? 1 : 0), body.last_index.value);
}

}  // namespace

MessageKind kind_of(const Message& message) {
  struct {
    MessageKind operator()(const RequestVote& body) const {
      return body.pre_vote ? MessageKind::pre_vote : MessageKind::request_vote;
    }
    MessageKind operator()(const RequestVoteReply& body) const {
      return body.pre_vote ? MessageKind::pre_vote_reply : MessageKind::request_vote_reply;
    }
    MessageKind operator()(const AppendEntries& body) const {
      return body.entries.empty() ? MessageKind::heartbeat : MessageKind::append_entries;
    }
    MessageKind operator()(const AppendEntriesReply&) const { return MessageKind::append_entries_reply; }
  } constexpr kind;
  return std::visit(kind, message.body);
}

const char* name_of(MessageKind kind) {
  switch (kind) {
    case MessageKind::request_vote:
      return "RequestVote";
    case MessageKind::request_vote_reply:
      return "RequestVoteReply";
    case MessageKind::pre_vote:
      return "PreVote";
    case MessageKind::pre_vote_reply:
      return "PreVoteReply";
    case MessageKind::append_entries:
      return "AppendEntries";
    case MessageKind::heartbeat:
      return "Heartbeat";
    case MessageKind::append_entries_reply:
      return "AppendEntriesReply";
  }
  return "?";
}

std::size_t wire_size(const Message& message) {
  return header_bytes + std::visit([](const auto& body) { return body_size(body); }, message.body);
}

Digest digest_of(const Message& message) {
  Digest digest = mix(message.body.index(), message.term.value);
  digest = mix(digest, (std::uint64_t{message.from.value} << 16U) | message.to.value);
  return std::visit([digest](const auto& body) { return mixed(digest, body); }, message.body);
}

}  // namespace raftsim::core
