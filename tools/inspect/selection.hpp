// Which events of a trace the options ask for.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "checkers/trace/trace.hpp"
#include "tools/inspect/options.hpp"

namespace raftsim::tools {

struct Selection {
  std::vector<std::size_t> shown;  // positions in the trace, ascending
  std::size_t matched = 0;         // before --around and --limit
};

// Throws BadInput for an option that names what cannot be in this trace.
[[nodiscard]] Selection select(const checkers::Trace& trace, const InspectOptions& options);

// The events that say something about this entry: brought or sent it, appended or removed it, acknowledged, stored,
// committed or applied it. Their ids, ascending.
[[nodiscard]] std::vector<sim::EventId> events_touching(const checkers::Trace& trace, core::Index index);

// What --kind takes: of events, of messages, of observations.
struct Kinds {
  std::string_view of;  // "events"
  std::vector<std::string_view> names;
};
[[nodiscard]] std::vector<Kinds> known_kinds();

// "1.5s", "812ms", "300us", "40ns", "1.5". Throws BadInput.
[[nodiscard]] sim::Time time_from(std::string_view text);

}  // namespace raftsim::tools
