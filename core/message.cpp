#include "core/message.hpp"

#include "core/message_content.hpp"

namespace raftsim::core {

namespace {

// Sizes on the wire. A message starts with kind, from, to (2 + 2 + 2 bytes) and term (8).
constexpr std::size_t message_header_bytes = 14;
constexpr std::size_t number_bytes = 8;
constexpr std::size_t flag_bytes = 1;
constexpr std::size_t position_bytes = 2 * number_bytes;
constexpr std::size_t configuration_bytes = 6 * number_bytes;

std::size_t body_size(const RequestVote&) { return position_bytes + 2 * flag_bytes; }
std::size_t body_size(const RequestVoteReply&) { return 2 * flag_bytes; }
std::size_t body_size(const AppendEntries& body) {
  std::size_t size = position_bytes + 2 * number_bytes;
  for (const Entry& entry : body.entries.view()) size += wire_size(entry);
  return size;
}
std::size_t body_size(const AppendEntriesReply&) { return 3 * number_bytes + 4 + flag_bytes + position_bytes; }
std::size_t body_size(const InstallSnapshot& body) {
  return position_bytes + 3 * number_bytes + configuration_bytes + body.chunk->bytes.size();
}
std::size_t body_size(const InstallSnapshotReply&) { return 4 * number_bytes + flag_bytes; }
std::size_t body_size(const TimeoutNow&) { return 0; }
std::size_t body_size(const ReadIndex&) { return number_bytes; }
std::size_t body_size(const ReadIndexReply&) { return 2 * number_bytes + flag_bytes; }

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
    MessageKind operator()(const InstallSnapshot&) const { return MessageKind::install_snapshot; }
    MessageKind operator()(const InstallSnapshotReply&) const { return MessageKind::install_snapshot_reply; }
    MessageKind operator()(const TimeoutNow&) const { return MessageKind::timeout_now; }
    MessageKind operator()(const ReadIndex&) const { return MessageKind::read_index; }
    MessageKind operator()(const ReadIndexReply&) const { return MessageKind::read_index_reply; }
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
    case MessageKind::install_snapshot:
      return "InstallSnapshot";
    case MessageKind::install_snapshot_reply:
      return "InstallSnapshotReply";
    case MessageKind::timeout_now:
      return "TimeoutNow";
    case MessageKind::read_index:
      return "ReadIndex";
    case MessageKind::read_index_reply:
      return "ReadIndexReply";
  }
  return "?";
}

std::size_t wire_size(const Message& message) {
  return message_header_bytes + std::visit([](const auto& body) { return body_size(body); }, message.body);
}

Digest digest_of(const Message& message) {
  Digest digest = 0;
  feed(message, [&digest](std::uint64_t number) { digest = mix(digest, number); });
  return digest;
}

}  // namespace raftsim::core
