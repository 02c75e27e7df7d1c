#include "tools/inspect/operations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "core/machine/command.hpp"
#include "scenarios/wire.hpp"
#include "tools/inspect/cluster_state.hpp"
#include "tools/inspect/narration.hpp"
#include "tools/terminal/wording.hpp"

namespace raftsim::tools {

using checkers::Trace;
using checkers::TracedEvent;
using checkers::TracedPacket;

namespace {

using Lines = std::vector<std::string>;

constexpr std::size_t requests_shown = 4;

// The fields of what clients and servers say to each other (scenarios/trace_describer.cpp).
template <class Value>
std::optional<Value> field(const TracedPacket& packet, std::string_view name) {
  const auto* fields = std::get_if<std::vector<checkers::TracedField>>(&packet.content);
  if (fields == nullptr) return std::nullopt;
  const auto found = std::ranges::find(*fields, name, &checkers::TracedField::name);
  if (found == fields->end()) return std::nullopt;
  const auto* value = std::get_if<Value>(&found->value);
  return value == nullptr ? std::nullopt : std::optional(*value);
}

bool is_about(const TracedPacket& packet, core::CommandName name) {
  return field<std::string>(packet, "client") == fmt::format("C{}", name.client) &&
         field<std::uint64_t>(packet, "sequence") == name.sequence;
}

bool is_request(const TracedPacket& packet) { return field<std::string>(packet, "asks").has_value(); }

// What the client goes by: not that it shall ask elsewhere.
bool ends_operation(const TracedPacket& reply) {
  const auto status = field<std::string>(reply, "status");
  return status && status != scenarios::name_of(scenarios::ReplyStatus::not_leader) &&
         status != scenarios::name_of(scenarios::ReplyStatus::unavailable);
}

// One operation in a trace. Points into it.
struct Story {
  core::CommandName name;
  std::vector<const checkers::TracedSend*> requests;
  const TracedEvent* answered = nullptr;  // when the answer came to the client
  const TracedEvent* effect = nullptr;    // when some server was the first to let it take effect
  core::Index index;                      // where it took effect, or of a read as of where it was answered

  [[nodiscard]] sim::Time asked_at() const { return requests.empty() ? sim::Time{} : requests.front()->packet.sent_at; }
  [[nodiscard]] bool answered_before(const Story& other) const {
    return answered != nullptr && !other.requests.empty() && answered->id <= other.requests.front()->packet.cause;
  }
};

void take(Story& story, const TracedEvent& event) {
  for (const checkers::TracedSend& send : event.sent) {
    const bool asks = is_request(send.packet) && send.packet.duplicate_of == 0;
    if (asks && is_about(send.packet, story.name)) story.requests.push_back(&send);
  }
  for (const core::Observation& said : event.observations) {
    const auto* applied = said.get_if<core::Applied>();
    if (applied == nullptr || story.effect != nullptr || applied->command != story.name) continue;
    if (applied->effect != applied->position.index) continue;
    story.effect = &event;
    story.index = applied->effect;
  }
  if (story.answered != nullptr || event.stale || !event.packet || !is_about(*event.packet, story.name)) return;
  if (!ends_operation(*event.packet)) return;
  story.answered = &event;
  if (const auto index = field<std::uint64_t>(*event.packet, "index")) story.index = core::Index{*index};
}

std::vector<Story> stories_of(const Trace& trace, const std::vector<core::CommandName>& names) {
  std::vector<Story> stories;
  for (const core::CommandName name : names) stories.emplace_back().name = name;
  for (const TracedEvent& event : trace.events) {
    for (Story& story : stories) take(story, event);
  }
  std::ranges::stable_sort(stories, {}, &Story::asked_at);
  return stories;
}

void add_line(Lines& lines, std::string_view label, const std::string& text) {
  lines.push_back(fmt::format("    {:<9} {}", label, text));
}

// The first request, the one that was answered, and the last; of a few, all.
std::vector<const checkers::TracedSend*> told_of(const Story& story) {
  if (story.requests.size() <= requests_shown) return story.requests;
  std::optional<std::uint64_t> answered;
  if (story.answered != nullptr) answered = field<std::uint64_t>(*story.answered->packet, "attempt");
  std::vector<const checkers::TracedSend*> told;
  for (const checkers::TracedSend* request : story.requests) {
    const bool is_end = request == story.requests.front() || request == story.requests.back();
    const auto attempt = field<std::uint64_t>(request->packet, "attempt");
    if (is_end || (attempt && attempt == answered)) told.push_back(request);
  }
  return told;
}

void add_asked(Lines& lines, const Story& story, const checkers::Naming& naming) {
  std::string what = core::describe(story.name);
  if (story.requests.empty()) {
    lines.push_back("  " + what);
    add_line(lines, "asked", "not in this trace");
    return;
  }
  const TracedPacket& first = story.requests.front()->packet;
  what += " " + field<std::string>(first, "asks").value_or("");
  if (const auto mode = field<std::string>(first, "read")) what += fmt::format(", read by way of {}", *mode);
  lines.push_back("  " + what);
  for (const checkers::TracedSend* request : told_of(story)) {
    const bool is_first = request == story.requests.front();
    const std::string fate = fate_text(*request);
    add_line(lines, is_first ? "asked" : "again",
             fmt::format("{} of {} (#{}){}", time_text(request->packet.sent_at), naming.name(request->packet.to),
                         request->packet.id, fate.empty() ? "" : ", " + fate));
    const std::size_t left_out = story.requests.size() - told_of(story).size();
    if (is_first && left_out > 0) add_line(lines, "", fmt::format("and {} in vain", counted(left_out, "more time")));
  }
}

void add_effect(Lines& lines, const Story& story, const checkers::Naming& naming) {
  if (story.effect == nullptr) return;
  add_line(lines, "effect",
           fmt::format("at index {}, applied first by {} at {}, event {}", story.index.value,
                       naming.name(story.effect->host), time_text(story.effect->at), story.effect->id));
}

// Of a read outside the log: how whoever led, or thought so, came to say that it may be answered.
void add_confirmation(Lines& lines, const Story& story, const Trace& trace, std::uint64_t attempt) {
  const std::uint64_t number = scenarios::read_number(story.name, attempt);
  for (const TracedEvent& event : trace.events) {
    for (const core::Observation& said : event.observations) {
      const auto* confirmed = said.get_if<core::ReadConfirmed>();
      if (confirmed == nullptr || confirmed->read.value != number) continue;
      add_line(lines, "confirmed",
               fmt::format("{} by {} at index {}, event {}: {}", time_text(event.at), trace.naming().name(event.host),
                           confirmed->index.value, event.id, core::describe(said.reason)));
    }
  }
}

std::string answer_text(const TracedPacket& reply) {
  auto status = field<std::string>(reply, "status").value_or("");
  if (status != scenarios::name_of(scenarios::ReplyStatus::done)) return status;
  if (const auto value = field<std::string>(reply, "value")) return '"' + *value + '"';
  return field<bool>(reply, "found").value_or(false) ? "ok" : "nothing there";
}

std::string standing_text(const ServerCell& server) {
  using Power = ServerCell::Power;
  if (server.power == Power::off) return "is down";
  const bool leads = server.role == core::Role::leader;
  const std::string role = leads ? "leads" : fmt::format("is {} in", core::name_of(server.role));
  return fmt::format("{}{} term {}, commit index {}", server.power == Power::paused ? "is paused and " : "", role,
                     server.term.value, server.commit_index.value);
}

// How the servers stood when the answer was given, and since when who leads did.
void add_standing(Lines& lines, const Trace& trace, sim::EventId answered) {
  ClusterState state(trace.header.servers);
  std::vector<sim::Time> leads_since(trace.header.servers);
  for (const TracedEvent& event : trace.events) {
    if (event.id > answered) break;
    state.apply(event);
    for (const core::Observation& said : event.observations) {
      if (said.kind() == core::ObservationKind::became && event.host.value < leads_since.size()) {
        leads_since[event.host.value] = event.at;
      }
    }
  }
  const std::vector<ServerCell> servers = state.servers();
  for (std::size_t i = 0; i < servers.size(); ++i) {
    const ServerCell& server = servers[i];
    std::string text =
        fmt::format("{} {}", trace.naming().name({static_cast<std::uint16_t>(i)}), standing_text(server));
    const bool leads = server.power != ServerCell::Power::off && server.role == core::Role::leader;
    if (leads) text += fmt::format(", since {}", time_text(leads_since[i]));
    add_line(lines, i == 0 ? "then" : "", text);
  }
}

void add_answered(Lines& lines, const Story& story, const Trace& trace) {
  if (story.answered == nullptr) {
    add_line(lines, "answered", "never, or the answer did not reach its client");
    return;
  }
  const TracedPacket& reply = *story.answered->packet;
  if (const auto attempt = field<std::uint64_t>(reply, "attempt")) add_confirmation(lines, story, trace, *attempt);
  std::string text =
      fmt::format("{} by {}: {}", time_text(story.answered->at), trace.naming().name(reply.from), answer_text(reply));
  if (const auto index = field<std::uint64_t>(reply, "index")) text += fmt::format(", as of index {}", *index);
  add_line(lines, "answered",
           text + fmt::format(" (#{}, sent {} at event {})", reply.id, time_text(reply.sent_at), reply.cause));
  add_standing(lines, trace, reply.cause);
}

void add_contradictions(Lines& lines, const Story& story, const std::vector<Story>& all) {
  if (story.answered == nullptr || story.index == core::Index{}) return;
  // One is enough to show that it is wrong.
  for (const Story& other : all) {
    if (!other.answered_before(story) || other.index <= story.index) continue;
    add_line(lines, "WRONG",
             fmt::format("as of index {}, though {} (index {}) had been answered {} before this was asked",
                         story.index.value, core::describe(other.name), other.index.value,
                         span_of(story.asked_at() - other.answered->at)));
    add_line(lines, "", fmt::format("--around {} shows the events around this answer", story.answered->packet->cause));
    return;
  }
}

}  // namespace

Lines operations_of_verdict(const Trace& trace) {
  if (!trace.verdict || trace.verdict->operations.empty()) return {};
  const std::vector<Story> stories = stories_of(trace, trace.verdict->operations);
  Lines lines{"requests and answers of clients"};
  for (const Story& story : stories) {
    add_asked(lines, story, trace.naming());
    add_effect(lines, story, trace.naming());
    add_answered(lines, story, trace);
    add_contradictions(lines, story, stories);
  }
  return lines;
}

bool happened_to_operations(const Trace& trace, const TracedEvent& event) {
  return std::ranges::any_of(trace.verdict->operations, [&](core::CommandName name) {
    if (event.packet && is_about(*event.packet, name)) return true;
    return std::ranges::any_of(event.observations, [&](const core::Observation& said) {
      const auto* applied = said.get_if<core::Applied>();
      return applied != nullptr && applied->command == name;
    });
  });
}

}  // namespace raftsim::tools
