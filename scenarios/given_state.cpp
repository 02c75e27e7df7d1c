#include "scenarios/given_state.hpp"

#include <limits>
#include <map>
#include <string>
#include <utility>

#include "core/machine/command.hpp"

namespace raftsim::scenarios {

namespace {

using EntryPlace = std::pair<core::Index, core::Term>;

// So long as the shortest value that a client puts.
constexpr std::size_t value_bytes = 16;

core::Operation operation_without_meaning(core::CommandName name) {
  auto value = core::describe(name);
  value.resize(value_bytes, '.');
  return {.kind = core::OperationKind::put, .key = key_without_clients(), .value = core::Bytes(value)};
}

// The entries of all logs by their places, as far as they are said.
std::map<EntryPlace, GivenEntry> places_of(const std::vector<GivenState>& states) {
  std::map<EntryPlace, GivenEntry> places;
  for (const auto& state : states) {
    core::Index index;
    for (const auto& entry : state.log) {
      index = index.next();
      const auto [found, is_new] = places.try_emplace({index, entry.term}, entry);
      const bool says_more = entry.operation || entry.kind != core::EntryKind::command;
      if (!is_new && says_more) found->second = entry;
    }
  }
  return places;
}

}  // namespace

core::Key key_without_clients() { return {std::numeric_limits<std::uint32_t>::max()}; }

std::vector<std::vector<core::Entry>> given_logs(const std::vector<GivenState>& states) {
  std::map<EntryPlace, core::Entry> entries;
  std::uint64_t sequence = 0;
  for (const auto& [place, given] : places_of(states)) {
    core::Entry entry{place.second, given.kind, {}};
    const core::CommandName name{client_before_the_run, ++sequence};
    if (given.kind == core::EntryKind::command) {
      entry.payload = core::encode(
          core::Command{.name = name, .operation = given.operation.value_or(operation_without_meaning(name))});
    }
    entries.emplace(place, std::move(entry));
  }
  std::vector<std::vector<core::Entry>> logs;
  for (const auto& state : states) {
    auto& log = logs.emplace_back();
    core::Index index;
    for (const auto& entry : state.log) {
      index = index.next();
      log.push_back(entries.at({index, entry.term}));
    }
  }
  return logs;
}

}  // namespace raftsim::scenarios
