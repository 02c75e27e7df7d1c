// The whole content of a message as a sequence of numbers, for a digest or a run's fingerprint.
#pragma once

#include <cstdint>
#include <variant>

#include "core/entry.hpp"
#include "core/hash.hpp"
#include "core/message.hpp"

namespace raftsim::core {

namespace content {

template <class Sink>
void feed(const LogPosition& position, Sink& sink) {
  sink(position.index.value);
  sink(position.term.value);
}

template <class Sink>
void feed(const RequestVote& body, Sink& sink) {
  feed(body.last, sink);
  sink((body.pre_vote ? 1U : 0U) | (body.leadership_transfer ? 2U : 0U));
}
template <class Sink>
void feed(const RequestVoteReply& body, Sink& sink) {
  sink((body.granted ? 1U : 0U) | (body.pre_vote ? 2U : 0U));
}
template <class Sink>
void feed(const AppendEntries& body, Sink& sink) {
  feed(body.previous, sink);
  sink(body.leader_commit.value);
  for (const Entry& entry : body.entries.view()) sink(digest_of(entry));
  sink(body.entries.size());
  sink(body.round);
}
template <class Sink>
void feed(const AppendEntriesReply& body, Sink& sink) {
  sink(body.previous.value);
  sink(std::uint64_t{body.count} << 1U | (body.success ? 1U : 0U));
  feed(body.conflict, sink);
  sink(body.last_index.value);
  sink(body.round);
}
template <class Sink>
void feed(const InstallSnapshot& body, Sink& sink) {
  const SnapshotChunk& chunk = *body.chunk;
  feed(chunk.snapshot.last, sink);
  sink(chunk.snapshot.digest);
  sink(chunk.offset);
  sink(digest_of(chunk.bytes.view()));
}
template <class Sink>
void feed(const InstallSnapshotReply& body, Sink& sink) {
  sink(body.last.value);
  sink(body.snapshot);
  sink(body.offset);
  sink(body.next_offset);
  sink(body.installed ? 1 : 0);
}
template <class Sink>
void feed(const TimeoutNow&, Sink&) {}
template <class Sink>
void feed(const ReadIndex& body, Sink& sink) {
  sink(body.read);
}
template <class Sink>
void feed(const ReadIndexReply& body, Sink& sink) {
  sink(body.read);
  sink(body.index.value);
  sink(body.confirmed ? 1 : 0);
}

}  // namespace content

// Feeds the sink. Equal messages feed equal sequences; others feed different ones, unless digests of entries collide.
template <class Sink>
void feed(const Message& message, Sink sink) {
  sink(std::uint64_t{message.body.index()} << 32U | std::uint64_t{message.from.value} << 16U | message.to.value);
  sink(message.term.value);
  std::visit([&sink](const auto& body) { content::feed(body, sink); }, message.body);
}

}  // namespace raftsim::core
