#include "tools/inspect/packet_index.hpp"

#include <algorithm>
#include <iterator>

namespace raftsim::tools {

using checkers::TracedEvent;
using checkers::TracedPacket;

namespace {

bool answers(const TracedPacket& reply, const TracedPacket& request) {
  const auto* ack = std::get_if<core::AppendEntriesReply>(&reply.content);
  const auto* append = std::get_if<checkers::TracedAppendEntries>(&request.content);
  if (ack != nullptr && append != nullptr) {
    return ack->previous == append->previous.index && ack->count == append->entries.size() &&
           (ack->success ? reply.term == request.term : reply.term >= request.term);
  }
  const auto* vote = std::get_if<core::RequestVoteReply>(&reply.content);
  const auto* ballot = std::get_if<core::RequestVote>(&request.content);
  if (vote == nullptr || ballot == nullptr || vote->pre_vote != ballot->pre_vote) return false;
  return vote->granted ? reply.term == request.term : true;
}

}  // namespace

PacketIndex::PacketIndex(const checkers::Trace& trace) : trace_(trace) {
  for (std::size_t position = 0; position < trace.events.size(); ++position) {
    const TracedEvent& event = trace.events[position];
    for (const checkers::TracedSend& send : event.sent) {
      Passage& passage = passages_[send.packet.id];
      passage.sent = position;
      passage.fate = &send;
      passage.packet = &send.packet;
      if (send.packet.duplicate_of != 0) copies_[send.packet.duplicate_of].push_back(send.packet.id);
    }
    if (event.packet && !event.deferred) {
      Passage& passage = passages_[event.packet->id];
      passage.delivered = position;
      if (passage.packet == nullptr) passage.packet = &*event.packet;
      deliveries_[{event.packet->from, event.packet->to}].push_back(position);
    }
  }
}

const PacketIndex::Passage* PacketIndex::find(sim::PacketId packet) const {
  const auto found = passages_.find(packet);
  return found == passages_.end() ? nullptr : &found->second;
}

std::optional<std::size_t> PacketIndex::position_of(sim::EventId event) const {
  const auto found = std::ranges::lower_bound(trace_.events, event, {}, &TracedEvent::id);
  if (found == trace_.events.end() || found->id != event) return std::nullopt;
  return static_cast<std::size_t>(found - trace_.events.begin());
}

std::vector<const TracedPacket*> PacketIndex::overtakers_of(sim::PacketId packet) const {
  std::vector<const TracedPacket*> result;
  const Passage* passage = find(packet);
  if (passage == nullptr || !passage->delivered) return result;
  const auto& deliveries = deliveries_.at({passage->packet->from, passage->packet->to});
  auto position = std::ranges::lower_bound(deliveries, *passage->delivered);
  while (position != deliveries.begin()) {
    const TracedEvent& earlier = trace_.events[*--position];
    if (earlier.at < passage->packet->sent_at) break;
    if (earlier.packet->id > packet) result.push_back(&*earlier.packet);
  }
  std::ranges::reverse(result);
  return result;
}

std::vector<sim::PacketId> PacketIndex::copies_of(const TracedPacket& packet) const {
  const sim::PacketId original = packet.duplicate_of != 0 ? packet.duplicate_of : packet.id;
  std::vector<sim::PacketId> result;
  if (original != packet.id) result.push_back(original);
  if (const auto found = copies_.find(original); found != copies_.end()) {
    std::ranges::copy_if(found->second, std::back_inserter(result), [&](auto id) { return id != packet.id; });
  }
  return result;
}

std::vector<const TracedPacket*> PacketIndex::answered_by(const TracedPacket& reply) const {
  std::vector<const TracedPacket*> result;
  const auto deliveries = deliveries_.find({reply.to, reply.from});
  if (deliveries == deliveries_.end()) return result;
  for (const std::size_t position : deliveries->second) {
    const TracedEvent& event = trace_.events[position];
    if (event.id > reply.cause) break;
    if (!event.stale && answers(reply, *event.packet)) result.push_back(&*event.packet);
  }
  std::ranges::reverse(result);
  return result;
}

}  // namespace raftsim::tools
