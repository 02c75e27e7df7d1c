#include "tools/inspect/rows.hpp"

#include "tools/inspect/cluster_state.hpp"
#include "tools/inspect/narration.hpp"

namespace raftsim::tools {

namespace {

std::vector<Row::Cell> cells(const std::vector<ServerCell>& before, const std::vector<ServerCell>& after,
                             sim::HostId host) {
  std::vector<Row::Cell> result;
  for (std::size_t i = 0; i < after.size(); ++i) {
    result.push_back({after[i].text(), host.value == i, !(before[i] == after[i])});
  }
  return result;
}

}  // namespace

std::vector<Row> rows(const checkers::Trace& trace, std::span<const std::size_t> positions) {
  std::vector<Row> result;
  result.reserve(positions.size());
  ClusterState state(trace.header.servers);
  std::size_t position = 0;
  for (const std::size_t wanted : positions) {
    for (; position < wanted; ++position) state.apply(trace.events[position]);
    const checkers::TracedEvent& event = trace.events[position++];
    Row& row = result.emplace_back();
    row.event = &event;
    row.text = event_text(event, state, trace.naming());
    row.said = said_text(event, state);
    const std::vector<ServerCell> before = state.servers();
    state.apply(event);
    row.cells = cells(before, state.servers(), event.host);
  }
  return result;
}

}  // namespace raftsim::tools
