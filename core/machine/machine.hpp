// The replicated state machine as a value: a key-value store, and the sessions of its clients (dissertation, section
// 6.3). The same entries in the same order result in the same machine on every server.
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
  no_command,       // a no-op, a configuration, or bytes that are not a command
  took_effect,      // a session opened, or an operation carried out
  duplicate,        // it took effect before; the answer is the original one
  outdated,         // a later command of this session has taken effect; the answer is no longer kept
  session_unknown,  // no effect: its session has expired or never existed
};
[[nodiscard]] const char* name_of(AppliedStatus status);

struct ApplyResult {
  AppliedStatus status = AppliedStatus::no_command;
  CommandName name;  // empty for no_command
  Index index;       // where the command took effect: here, or earlier (duplicate); 0: nowhere, or no longer known
  Answer answer;     // took_effect, duplicate
};

// Facts local to one replica. A correct machine must not use them, or replicas would diverge: only planted bugs do.
struct Surroundings {
  Instant now{};       // by its own clock
  bool leads = false;  // it believes that it is the leader
};

class Machine {
 public:
  explicit Machine(SessionLimits limits = {}, Mutations mutations = {})
      : mutations_(mutations), sessions_(limits, mutations) {}

  // Call for all entries in ascending order of index, once each.
  ApplyResult apply(Index index, const Entry& entry, const Surroundings& surroundings);
  // For reads outside the log (dissertation, section 6.4).
  [[nodiscard]] Answer read(Key key) const { return store_.read(key); }
  // The result of a command, if it was the last to take effect in its session. Correct servers do not need this.
  [[nodiscard]] std::optional<ApplyResult> answered(Index session, CommandName name) const;

  // A digest of the whole state, that is, all that a snapshot keeps. O(1): updated incrementally.
  [[nodiscard]] Digest digest() const;
  // The serialized state; equal states have equal bytes.
  [[nodiscard]] Bytes save() const;
  // A machine in that state, with the limits and mutations of this one; std::nullopt if the bytes are malformed.
  [[nodiscard]] std::optional<Machine> restored(std::string_view state) const;

  // Agreed time: the latest timestamp in the applied commands.
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
