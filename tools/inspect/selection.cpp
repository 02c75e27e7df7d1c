#include "tools/inspect/selection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "scenarios/nearest.hpp"
#include "scenarios/wire.hpp"
#include "tools/exit_code.hpp"
#include "tools/inspect/cluster_state.hpp"
#include "tools/inspect/observed_index.hpp"
#include "tools/terminal/decimal.hpp"

namespace raftsim::tools {

using checkers::TracedEvent;
using checkers::TracedPacket;

namespace {

// Calls `holds` for what the event brought and sent, until one is true.
template <class Predicate>
bool any_packet(const TracedEvent& event, Predicate holds) {
  if (event.packet && holds(*event.packet)) return true;
  return std::ranges::any_of(event.sent, holds, &checkers::TracedSend::packet);
}

char folded(char letter) {
  if (letter == '_') return '-';
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}
bool same_word(std::string_view a, std::string_view b) { return std::ranges::equal(a, b, {}, folded, folded); }

bool is_of_kind(const TracedEvent& event, std::string_view kind) {
  if (same_word(kind, sim::name_of(event.kind))) return true;
  if (any_packet(event, [&](const TracedPacket& packet) { return same_word(kind, packet.kind); })) return true;
  if (!event.faults.empty() && same_word(kind, "fault")) return true;
  return std::ranges::any_of(
      event.observations, [&](const core::Observation& said) { return same_word(kind, core::name_of(said.kind())); });
}

bool is_at(const TracedEvent& event, sim::HostId host) {
  if (event.host == host) return true;
  if (std::ranges::find(event.faults, host, &checkers::TracedFault::host) != event.faults.end()) return true;
  return any_packet(event, [&](const TracedPacket& packet) { return packet.from == host || packet.to == host; });
}

bool involves(const TracedEvent& event, sim::PacketId id) {
  return any_packet(event, [&](const TracedPacket& packet) { return packet.id == id || packet.duplicate_of == id; });
}

bool concerns(const TracedPacket& packet, core::Index index) {
  if (const auto* request = std::get_if<checkers::TracedAppendEntries>(&packet.content)) {
    return index > request->previous.index && index <= request->previous.index + request->entries.size();
  }
  if (const auto* reply = std::get_if<core::AppendEntriesReply>(&packet.content)) {
    if (!reply->success) return index == reply->previous || index == reply->conflict.index;
    return index > reply->previous && index <= reply->previous + reply->count;
  }
  return false;
}

// How far a server had come, so that "commits up to 12" is known to commit 10 and 11 as well.
struct Reach {
  core::Index commit_index;
  core::Index stored;
};

bool concerns(const core::Observation& said, core::Index index, Reach& reach) {
  const auto passes = [&](core::Index& reached, core::Index now) {
    const core::Index before = std::exchange(reached, now);
    return before < index && index <= now;
  };
  if (const auto* booted = said.get_if<core::Booted>()) {
    reach = {{}, booted->last};
    return booted->last == index;
  }
  if (const auto* truncated = said.get_if<core::Truncated>()) return truncated->first <= index;
  if (const auto* advanced = said.get_if<core::AdvancedCommit>()) return passes(reach.commit_index, advanced->index);
  if (const auto* stored = said.get_if<core::Stored>()) return passes(reach.stored, stored->last);
  return index.value != 0 && observed_index(said) == index;
}

// The events that brought or sent a message of this term, or in which a server was when it said something. Their ids,
// ascending.
std::vector<sim::EventId> events_of_term(const checkers::Trace& trace, core::Term term) {
  std::vector<sim::EventId> result;
  ClusterState state(trace.header.servers);
  for (const TracedEvent& event : trace.events) {
    state.apply(event);
    bool matches = any_packet(event, [&](const TracedPacket& packet) { return packet.term == term; });
    if (!event.observations.empty() && event.host.value < state.view().size()) {
      matches = matches || state.view().of(scenarios::server_of(event.host)).hard_state.term == term;
    }
    if (matches) result.push_back(event.id);
  }
  return result;
}

// Every event must pass all of these.
using Test = std::function<bool(const TracedEvent&)>;

std::vector<sim::HostId> hosts_named(const std::vector<std::string>& names, const checkers::Trace& trace) {
  std::vector<sim::HostId> hosts;
  const int count = trace.header.servers + trace.header.clients;
  for (const std::string& name : names) {
    const auto host = trace.naming().host(name);
    if (!host || host->value >= count) {
      throw BadInput(fmt::format("unknown host \"{}\": this trace has S1..S{}{}", name, trace.header.servers,
                                 trace.header.clients == 0 ? "" : fmt::format(" and C1..C{}", trace.header.clients)));
    }
    hosts.push_back(*host);
  }
  return hosts;
}

// The kinds that the trace has, in the order of known_kinds(); what other processes call their packets at the end.
std::vector<std::string_view> kinds_in(const checkers::Trace& trace) {
  std::set<std::string_view> there;
  for (const TracedEvent& event : trace.events) {
    there.insert(sim::name_of(event.kind));
    if (event.packet) there.insert(event.packet->kind);
    for (const auto& sent : event.sent) there.insert(sent.packet.kind);
    for (const auto& said : event.observations) there.insert(core::name_of(said.kind()));
    if (!event.faults.empty()) there.insert("fault");
  }
  std::vector<std::string_view> names;
  for (const Kinds& kinds : known_kinds()) {
    for (const std::string_view name : kinds.names) {
      if (there.erase(name) > 0) names.push_back(name);
    }
  }
  names.insert(names.end(), there.begin(), there.end());
  return names;
}

void check_kind(const checkers::Trace& trace, const std::string& kind) {
  const auto found = [&](const TracedEvent& event) { return is_of_kind(event, kind); };
  if (std::ranges::any_of(trace.events, found)) return;
  for (const Kinds& kinds : known_kinds()) {
    const auto same = [&](std::string_view name) { return same_word(kind, name); };
    if (std::ranges::any_of(kinds.names, same)) {
      throw BadInput(fmt::format("--kind {}: not in this trace; it has {}", kind, scenarios::listed(kinds_in(trace))));
    }
  }
  throw BadInput("--kind: " + scenarios::unknown("kind", kind, kinds_in(trace)));
}

std::vector<Test> tests(const checkers::Trace& trace, const InspectOptions& options) {
  std::vector<Test> result;
  if (!options.hosts.empty()) {
    result.emplace_back([hosts = hosts_named(options.hosts, trace)](const TracedEvent& event) {
      return std::ranges::any_of(hosts, [&](sim::HostId host) { return is_at(event, host); });
    });
  }
  if (!options.kinds.empty()) {
    for (const std::string& kind : options.kinds) check_kind(trace, kind);
    result.emplace_back([&kinds = options.kinds](const TracedEvent& event) {
      return std::ranges::any_of(kinds, [&](const std::string& kind) { return is_of_kind(event, kind); });
    });
  }
  if (!options.from.empty()) {
    result.emplace_back([from = time_from(options.from)](const TracedEvent& event) { return event.at >= from; });
  }
  if (!options.to.empty()) {
    result.emplace_back([to = time_from(options.to)](const TracedEvent& event) { return event.at <= to; });
  }
  if (options.term) {
    result.emplace_back([ids = events_of_term(trace, {*options.term})](const TracedEvent& event) {
      return std::ranges::binary_search(ids, event.id);
    });
  }
  if (options.index) {
    result.emplace_back([ids = events_touching(trace, {*options.index})](const TracedEvent& event) {
      return std::ranges::binary_search(ids, event.id);
    });
  }
  if (options.message) {
    result.emplace_back([id = *options.message](const TracedEvent& event) { return involves(event, id); });
  }
  return result;
}

// The position of the event that --around names.
std::size_t center(const checkers::Trace& trace, const std::string& around) {
  sim::EventId id = 0;
  if (same_word(around, "violation")) {
    if (!trace.verdict) throw BadInput("--around violation: nothing was violated in this run");
    id = trace.verdict->event;
  } else {
    const auto [end, error] = std::from_chars(around.data(), around.data() + around.size(), id);
    if (error != std::errc() || end != around.data() + around.size()) {
      throw BadInput(fmt::format("--around {}: expected \"violation\" or the number of an event", around));
    }
  }
  const auto found = std::ranges::upper_bound(trace.events, id, {}, &TracedEvent::id);
  return found == trace.events.begin() ? 0 : static_cast<std::size_t>(found - trace.events.begin()) - 1;
}

// `context` of the positions on each side of `middle`, and `middle` itself in any case.
std::vector<std::size_t> window(const std::vector<std::size_t>& matched, std::size_t middle, std::size_t context) {
  const auto after = std::ranges::upper_bound(matched, middle);
  const auto before = std::ranges::lower_bound(matched, middle);
  const auto first = before - std::min<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(context), before - matched.begin());
  const auto last = after + std::min<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(context), matched.end() - after);
  std::vector<std::size_t> result(first, before);
  result.push_back(middle);
  result.insert(result.end(), after, last);
  return result;
}

}  // namespace

std::vector<Kinds> known_kinds() {
  Kinds events{"events", {}};
  for (std::size_t i = 0; i < sim::event_kind_count; ++i) {
    events.names.emplace_back(sim::name_of(static_cast<sim::EventKind>(i)));
  }
  events.names.emplace_back("fault");
  Kinds messages{"messages", {}};
  for (unsigned i = 0; i < 256; ++i) {
    const std::string_view name = scenarios::packet_kind_name(static_cast<std::uint8_t>(i));
    if (name != "unknown") messages.names.push_back(name);
  }
  Kinds observations{"observations", {}};
  for (std::size_t i = 0; i < core::observation_kind_count; ++i) {
    observations.names.emplace_back(core::name_of(static_cast<core::ObservationKind>(i)));
  }
  return {events, messages, observations};
}

std::vector<sim::EventId> events_touching(const checkers::Trace& trace, core::Index index) {
  std::vector<sim::EventId> result;
  std::map<core::ServerId, Reach> reached;
  for (const TracedEvent& event : trace.events) {
    bool touched = any_packet(event, [&](const TracedPacket& packet) { return concerns(packet, index); });
    for (const core::Observation& said : event.observations) {
      if (concerns(said, index, reached[said.server])) touched = true;
    }
    if (touched) result.push_back(event.id);
  }
  return result;
}

sim::Time time_from(std::string_view text) {
  struct Unit {
    std::string_view name;
    std::int64_t nanoseconds;
  };
  static constexpr std::array<Unit, 5> units{
      {{"ns", 1}, {"us", 1'000}, {"ms", 1'000'000}, {"s", 1'000'000'000}, {"", 1'000'000'000}}};
  const auto decimal = decimal_at_start(text);
  const auto unit = decimal ? std::ranges::find(units, decimal->rest, &Unit::name) : units.end();
  const bool fine = unit != units.end() && decimal->number < 1e9;
  if (!fine) throw BadInput(fmt::format("expected a time such as 1.5s, 812ms, 300us or 40ns, found \"{}\"", text));
  return sim::Time(sim::Duration(std::llround(decimal->number * static_cast<double>(unit->nanoseconds))));
}

Selection select(const checkers::Trace& trace, const InspectOptions& options) {
  Selection result;
  const std::vector<Test> all = tests(trace, options);
  for (std::size_t position = 0; position < trace.events.size(); ++position) {
    const TracedEvent& event = trace.events[position];
    if (std::ranges::all_of(all, [&](const Test& test) { return test(event); })) result.shown.push_back(position);
  }
  result.matched = result.shown.size();
  if (!options.around.empty() && !trace.events.empty()) {
    result.shown = window(result.shown, center(trace, options.around), options.context);
  }
  if (options.limit != 0 && result.shown.size() > options.limit) result.shown.resize(options.limit);
  return result;
}

}  // namespace raftsim::tools
