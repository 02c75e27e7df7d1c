#include "tools/inspect/lineage.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/machine/command.hpp"
#include "tools/exit_code.hpp"
#include "tools/inspect/narration.hpp"
#include "tools/inspect/observed_index.hpp"
#include "tools/inspect/operations.hpp"
#include "tools/inspect/rows.hpp"
#include "tools/inspect/selection.hpp"
#include "tools/terminal/wording.hpp"

namespace raftsim::tools {

using checkers::Trace;
using checkers::TracedEvent;
using checkers::TracedPacket;

namespace {

constexpr std::size_t causes_shown = 6;
constexpr std::size_t overtakers_shown = 5;
constexpr std::size_t touches_shown = 8;

using Lines = std::vector<std::string>;

// "  sent        text", and further lines under the text.
void add(Lines& lines, std::string_view label, const std::string& text) {
  lines.push_back(fmt::format("  {:<11} {}", label, text));
}

std::string ends(const TracedPacket& packet, const checkers::Naming& naming) {
  return naming.name(packet.from) + " -> " + naming.name(packet.to);
}

void add_content(Lines& lines, const TracedPacket& packet) {
  const auto* request = std::get_if<checkers::TracedAppendEntries>(&packet.content);
  if (request != nullptr && !request->entries.empty()) add(lines, "entries", entries_text(*request));
  if (!packet.raw.empty()) add(lines, "bytes", core::readable(core::Bytes(packet.raw)));
}

void add_sending(Lines& lines, const TracedPacket& packet, const checkers::Naming& naming) {
  std::string text =
      fmt::format("{} by {} (incarnation {})", time_text(packet.sent_at), naming.name(packet.from), packet.incarnation);
  if (packet.term.value != 0) text += fmt::format(", in term {}", packet.term.value);
  add(lines, "sent", text + fmt::format(", at event {}", packet.cause));
}

void add_copies(Lines& lines, const TracedPacket& packet, const PacketIndex& packets) {
  if (packet.duplicate_of != 0) add(lines, "copy of", fmt::format("#{}", packet.duplicate_of));
  std::string others;
  for (const sim::PacketId id : packets.copies_of(packet)) {
    if (id != packet.duplicate_of) others += fmt::format("{}#{}", others.empty() ? "" : ", ", id);
  }
  if (!others.empty()) add(lines, packet.duplicate_of != 0 ? "like" : "copied as", others);
}

// The event, then what caused it, and so on back; the events' positions.
std::vector<std::size_t> causes_of(const Trace& trace, const PacketIndex& packets, sim::EventId event) {
  std::vector<std::size_t> positions;
  while (positions.size() < causes_shown) {
    const auto position = packets.position_of(event);
    if (!position) break;
    positions.push_back(*position);
    const TracedEvent& found = trace.events[*position];
    const sim::EventId cause = found.packet ? found.packet->cause : found.disk ? found.disk->cause : found.cause;
    if (cause >= event) break;  // only in a trace that was edited
    event = cause;
  }
  return positions;
}

void add_causes(Lines& lines, const Trace& trace, const PacketIndex& packets, sim::EventId event) {
  std::vector<std::size_t> positions = causes_of(trace, packets, event);
  std::ranges::reverse(positions);
  std::vector<Row> causes = rows(trace, positions);
  std::ranges::reverse(causes);
  const char* label = "because";
  for (const Row& row : causes) {
    add(lines, label, fmt::format("event {} at {}: {}", row.event->id, time_text(row.event->at), row.text));
    label = "";
  }
}

void add_request(Lines& lines, const TracedPacket& packet, const PacketIndex& packets) {
  const bool is_reply = std::holds_alternative<core::AppendEntriesReply>(packet.content) ||
                        std::holds_alternative<core::RequestVoteReply>(packet.content);
  if (!is_reply) return;
  const auto requests = packets.answered_by(packet);
  if (requests.empty()) {
    add(lines, "answers", "no request in this trace");
    return;
  }
  const TracedPacket& request = *requests.front();
  add(lines, "answers", fmt::format("{}, sent {}", packet_text(request), time_text(request.sent_at)));
  if (const auto overtakers = packets.overtakers_of(request.id); !overtakers.empty()) {
    add(lines, "",
        fmt::format("overtaken by {}, first {}", counted(overtakers.size(), "packet"),
                    packet_text(*overtakers.front())));
  }
  if (requests.size() > 1)
    add(lines, "", fmt::format("or one of {} identical requests before it", requests.size() - 1));
}

std::string undelivered_text(const PacketIndex::Passage& passage) {
  const checkers::TracedSend* fate = passage.fate;
  if (fate == nullptr) return "unknown";
  if (fate->lost || !fate->delivered_at) return fate_text(*fate) + (fate->lost ? "" : " when the run ended");
  return fmt::format("under way when the run ended, due {}", time_text(*fate->delivered_at));
}

void add_fate(Lines& lines, const Trace& trace, const PacketIndex::Passage& passage) {
  if (!passage.delivered) {
    add(lines, "fate", undelivered_text(passage));
    return;
  }
  const TracedEvent& event = trace.events[*passage.delivered];
  std::string text = fmt::format("delivered {} at event {}, {} after it was sent", time_text(event.at), event.id,
                                 span_of(event.at - passage.packet->sent_at));
  if (passage.fate != nullptr && !passage.fate->why.empty()) text += ", " + fate_text(*passage.fate);
  if (event.stale) text += ", and found the receiver down";
  add(lines, "fate", text);
}

void add_overtakers(Lines& lines, const TracedPacket& packet, const PacketIndex& packets) {
  const auto overtakers = packets.overtakers_of(packet.id);
  if (overtakers.empty()) return;
  add(lines, "overtaken", fmt::format("by {} on the same link", counted(overtakers.size(), "packet")));
  for (std::size_t i = 0; i < std::min(overtakers.size(), overtakers_shown); ++i) {
    add(lines, "", fmt::format("{}, sent {}", packet_text(*overtakers[i]), time_text(overtakers[i]->sent_at)));
  }
  if (overtakers.size() > overtakers_shown) add(lines, "", "...");
}

void add_effect(Lines& lines, const Trace& trace, const PacketIndex::Passage& passage) {
  if (!passage.delivered || trace.events[*passage.delivered].stale) return;
  const std::size_t position = *passage.delivered;
  const Row row = rows(trace, {&position, 1}).front();
  add(lines, "did", row.said.empty() ? "nothing that the receiver reported" : row.said);
  const sim::HostId host = row.event->host;
  if (host.value >= row.cells.size()) return;
  add(lines, "receiver",
      fmt::format("{} (incarnation {}), then {}", trace.naming().name(host), row.event->incarnation,
                  row.cells[host.value].text));
}

// The entry that an event is about, by what was said, or else by the packet.
std::optional<core::Index> index_of(const TracedEvent& event) {
  for (const core::Observation& said : event.observations) {
    if (const auto index = observed_index(said); index && index->value != 0) return index;
  }
  if (!event.packet) return std::nullopt;
  if (const auto* reply = std::get_if<core::AppendEntriesReply>(&event.packet->content)) {
    return reply->previous + reply->count;
  }
  if (const auto* request = std::get_if<checkers::TracedAppendEntries>(&event.packet->content)) {
    return request->previous.index.next();
  }
  return std::nullopt;
}

// The last of the events before the violation that touched the entry.
std::vector<std::size_t> touches_before(const Trace& trace, const PacketIndex& packets, const TracedEvent& violation,
                                        core::Index index) {
  std::vector<std::size_t> positions;
  for (const sim::EventId id : events_touching(trace, index)) {
    if (id < violation.id) positions.push_back(*packets.position_of(id));
  }
  if (positions.size() > touches_shown) positions.erase(positions.begin(), positions.end() - touches_shown);
  return positions;
}

// The run was judged when it was over: the event is only the last one.
bool is_judged_as_a_whole(const Trace& trace, const TracedEvent& event) {
  return !trace.verdict->operations.empty() && !happened_to_operations(trace, event);
}

void add_touches(Lines& lines, const Trace& trace, const PacketIndex& packets, const TracedEvent& violation,
                 core::Index index) {
  const std::vector<std::size_t> positions = touches_before(trace, packets, violation, index);
  if (positions.empty()) return;
  lines.push_back(fmt::format("earlier events that touched index {}", index.value));
  for (const Row& row : rows(trace, positions)) {
    lines.push_back(fmt::format("  event {} at {}: {}", row.event->id, time_text(row.event->at), row.text));
  }
}

}  // namespace

Lines lineage(const Trace& trace, const PacketIndex& packets, sim::PacketId id) {
  const PacketIndex::Passage* passage = packets.find(id);
  if (passage == nullptr) throw BadInput(fmt::format("packet {} is not in this trace", id));
  const TracedPacket& packet = *passage->packet;
  Lines lines{fmt::format("packet {} {}", ends(packet, trace.naming()), packet_text(packet))};
  add_content(lines, packet);
  add_sending(lines, packet, trace.naming());
  add_copies(lines, packet, packets);
  add_request(lines, packet, packets);
  add_fate(lines, trace, *passage);
  add_overtakers(lines, packet, packets);
  add_effect(lines, trace, *passage);
  add_causes(lines, trace, packets, packet.cause);
  return lines;
}

Lines explain_violation(const Trace& trace, const PacketIndex& packets) {
  if (!trace.verdict) return {};
  const auto position = packets.position_of(trace.verdict->event);
  if (!position) return {};
  const TracedEvent& event = trace.events[*position];
  if (is_judged_as_a_whole(trace, event)) return {};
  Lines lines{"causes of the violation"};
  if (event.packet) {
    for (const std::string& line : lineage(trace, packets, event.packet->id)) lines.push_back("  " + line);
  } else {
    add_causes(lines, trace, packets, event.id);
  }
  if (const auto index = index_of(event)) add_touches(lines, trace, packets, event, *index);
  return lines;
}

std::vector<std::size_t> causes_of_violation(const Trace& trace, const PacketIndex& packets) {
  const auto position = trace.verdict ? packets.position_of(trace.verdict->event) : std::nullopt;
  if (!position) return {};
  const TracedEvent& event = trace.events[*position];
  if (is_judged_as_a_whole(trace, event)) return {*position};
  std::vector<std::size_t> positions = causes_of(trace, packets, event.id);
  if (event.packet) {
    const auto requests = packets.answered_by(*event.packet);
    const auto sent = requests.empty() ? std::nullopt : packets.position_of(requests.front()->cause);
    if (sent) positions.push_back(*sent);
  }
  if (const auto index = index_of(event)) {
    const std::vector<std::size_t> touches = touches_before(trace, packets, event, *index);
    positions.insert(positions.end(), touches.begin(), touches.end());
  }
  std::ranges::sort(positions);
  positions.erase(std::unique(positions.begin(), positions.end()), positions.end());
  return positions;
}

}  // namespace raftsim::tools
