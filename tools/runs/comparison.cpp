#include "tools/runs/comparison.hpp"

#include <algorithm>

#include "tools/inspect/lineage.hpp"
#include "tools/inspect/packet_index.hpp"

namespace raftsim::tools {

namespace {

using checkers::TracedEvent;

// The same thing happens to the same host at the same time, whatever comes of it.
bool is_same_input(const TracedEvent& one, const TracedEvent& other) {
  const auto packet = [](const TracedEvent& event) { return event.packet ? event.packet->id : sim::PacketId{0}; };
  return one.id == other.id && one.at == other.at && one.kind == other.kind && one.host == other.host &&
         one.incarnation == other.incarnation && one.stale == other.stale && one.deferred == other.deferred &&
         packet(one) == packet(other);
}

bool is_at_cause(const checkers::Trace& recorded, std::span<const TracedEvent> now, std::size_t position) {
  if (!recorded.verdict) return false;
  const PacketIndex packets(recorded);
  const auto violation = packets.position_of(recorded.verdict->event);
  if (!violation) return false;
  if (position > *violation) return true;
  const auto causes = causes_of_violation(recorded, packets);
  return std::ranges::binary_search(causes, position) && position < now.size() &&
         is_same_input(recorded.events[position], now[position]);
}

}  // namespace

std::optional<std::size_t> first_difference(std::span<const TracedEvent> recorded, std::span<const TracedEvent> now) {
  const auto [left, right] =
      std::ranges::mismatch(recorded, now, {}, &TracedEvent::fingerprint, &TracedEvent::fingerprint);
  if (left == recorded.end() && right == now.end()) return std::nullopt;
  return static_cast<std::size_t>(left - recorded.begin());
}

std::optional<Divergence> divergence(const checkers::Trace& recorded, std::span<const TracedEvent> now) {
  const auto position = first_difference(recorded.events, now);
  if (!position) return std::nullopt;
  const bool in_trace = *position < recorded.events.size();
  const TracedEvent& event = in_trace ? recorded.events[*position] : now[*position];
  return Divergence{*position, event.id, is_at_cause(recorded, now, *position)};
}

}  // namespace raftsim::tools
