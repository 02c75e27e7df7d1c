// The replicated state machine as a value: a key-value store, and the sessions of its clients (dissertation,
// section 6.3). The same entries in the same order make the same machine on every server.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/entry.hpp"
#include "core/machine/command.hpp"
#include "core/machine/key_value_store.hpp"
#include "core/machine/sessions.hpp"
#include "core/mutation.hpp"
#include "core/types.hpp"

namespace raftsim::core {

enum class AppliedStatus : std::uint8_t {
  no_command,       // a no-op, a configuration, or bytes that say nothing to this machine
  took_effect,      // a session opened, or an operation carried out
  duplicate,        // it took effect before; the answer is the one of then
  outdated,         // a later command of this session took effect before; the answer is not kept any more
  session_unknown,  // no effect: its session has expired, or never was
};
[[nodiscard]] const char* name_of(AppliedStatus status);

struct ApplyResult {
  AppliedStatus status = AppliedStatus::no_command;
  CommandName name;  // not of no_command
  Index index;       // where the command took effect: here, or earlier (duplicate); 0: nowhere, or forgotten
  Answer answer;     // took_effect, duplicate
};

// What a replica sees and the others do not. Nothing in here may decide anything, or replicas part ways: only planted
// bugs look at it.
struct Surroundings {
  Instant now{};       // by its own clock
  bool leads = false;  // it takes itself for the leader
};

class Machine {
 public:
  explicit Machine(SessionLimits limits = {}, Mutations mutations = {})
      : mutations_(mutations), sessions_(limits, mutations) {}

  // Entries in the order of their indexes, each once.
  ApplyResult apply(Index index, const Entry& entry, const Surroundings& surroundings);
  // For reads outside the log (dissertation, section 6.4).
  [[nodiscard]] Answer read(Key key) const { return store_.read(key); }
  // What a command came to that took effect last in its session. Correct servers have no need for it.
  [[nodiscard]] std::optional<ApplyResult> answered(Index session, CommandName name) const;

  // Of the whole state: all that a snapshot keeps. O(1): kept up to date.
  [[nodiscard]] Digest digest() const;
  // The state in bytes, the same for equal states.
  [[nodiscard]] Bytes save() const;
  // A machine in that state, with the limits and mutations of this one; nothing when the bytes hold none.
  [[nodiscard]] std::optional<Machine> restored(std::string_view state) const;

  // Agreed time: the latest stamp in the commands applied.
  [[nodiscard]] Instant now() const { return now_; }
  [[nodiscard]] const KeyValueStore& store() const { return store_; }
  [[nodiscard]] const Sessions& sessions() const { return sessions_; }

  friend bool operator==(const Machine& a, const Machine& b) {
    return a.now_ == b.now_ && a.store_ == b.store_ && a.sessions_ == b.sessions_;
  }

 private:
  ApplyResult carry_out(Index index, const Command& command, const Surroundings& surroundings);
  [[nodiscard]] bool mutated(Mutation mutation) const { return mutations_.has(mutation); }

  Mutations mutations_;
  Instant now_{};
  KeyValueStore store_;
  Sessions sessions_;
};

}  // namespace raftsim::core
