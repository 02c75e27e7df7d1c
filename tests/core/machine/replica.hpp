// One replica of the machine, driven by a test: the test is the log.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "core/machine/machine.hpp"

namespace raftsim::core::test {

using namespace std::chrono_literals;

inline Operation get(std::uint32_t key) { return {.kind = OperationKind::get, .key = {key}}; }
inline Operation put(std::uint32_t key, std::string_view value) {
  return {.kind = OperationKind::put, .key = {key}, .value = Bytes(value)};
}
inline Operation append(std::uint32_t key, std::string_view value) {
  return {.kind = OperationKind::append, .key = {key}, .value = Bytes(value)};
}
inline Operation compare_and_set(std::uint32_t key, std::string_view expected, std::string_view value) {
  return {.kind = OperationKind::compare_and_set, .key = {key}, .value = Bytes(value), .expected = Bytes(expected)};
}
inline Operation erase(std::uint32_t key) { return {.kind = OperationKind::erase, .key = {key}}; }

inline Answer yes(std::string_view value = "") { return {.found = true, .value = Bytes(value)}; }
inline Answer no() { return {}; }

inline Entry entry_of(const Command& command) {
  return {.term = {1}, .kind = EntryKind::command, .payload = encode(command)};
}

struct Replica {
  explicit Replica(SessionLimits limits = {}, Mutations mutations = {}) : machine(limits, mutations) {}

  // Each applies an entry at the next index and returns its result. The timestamp is `at`, in agreed time.
  ApplyResult apply(const Entry& entry) { return machine.apply(last = last.next(), entry, surroundings); }
  ApplyResult open(std::uint32_t client, std::uint64_t sequence) {
    return apply(entry_of({.kind = CommandKind::open_session, .name = {client, sequence}, .proposed_at = at}));
  }
  ApplyResult in_session(Index session, CommandName name, Operation operation) {
    return apply(entry_of({.kind = CommandKind::in_session,
                           .name = name,
                           .proposed_at = at,
                           .session = session,
                           .operation = std::move(operation)}));
  }
  ApplyResult plain(CommandName name, Operation operation) {
    return apply(
        entry_of({.kind = CommandKind::plain, .name = name, .proposed_at = at, .operation = std::move(operation)}));
  }
  [[nodiscard]] std::string value(std::uint32_t key) const { return std::string(machine.read({key}).value.view()); }

  Machine machine;
  Index last;
  Instant at{};
  Surroundings surroundings;
};

inline Mutations with(Mutation mutation) {
  Mutations mutations;
  mutations.plant(mutation);
  return mutations;
}

}  // namespace raftsim::core::test
