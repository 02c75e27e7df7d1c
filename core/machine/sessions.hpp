// Client sessions: they make a command take effect once although it may be in the log several times (dissertation,
// section 6.3).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/hash.hpp"
#include "core/machine/encoding.hpp"
#include "core/machine/operation.hpp"
#include "core/mutation.hpp"
#include "core/types.hpp"

namespace raftsim::core {

struct SessionLimits {
  // A session that was not used for this long, by agreed time, expires when the next command is applied.
  Duration timeout = std::chrono::seconds(60);
  // The maximum number of sessions. Opening another one evicts the least recently used.
  std::uint32_t count = 1000;
  friend bool operator==(const SessionLimits&, const SessionLimits&) = default;
};

// A client has one command outstanding at a time, so a session need only keep the last answer: commands with smaller
// sequence numbers have been answered.
struct Session {
  Index id;                    // the index of the entry that opened it
  std::uint32_t client = 0;    // for display only
  Instant last_active{};       // agreed time of the last command in it
  std::uint64_t sequence = 0;  // of the last command that took effect; 0: none yet
  Index took_effect_at;        // where that command did
  Answer answer;               // the answer to it
  friend bool operator==(const Session&, const Session&) = default;
};

// All sessions by id, with an incrementally updated digest. Every change depends on the log alone, so all replicas have
// the same sessions at the same index.
class Sessions {
 public:
  explicit Sessions(SessionLimits limits = {}, Mutations mutations = {}) : limits_(limits), mutations_(mutations) {}

  // Precondition: `id` is greater than all earlier ids.
  void open(Index id, std::uint32_t client, Instant now);
  // Null if there never was one of this id, or it has expired or been evicted.
  [[nodiscard]] const Session* find(Index id) const;
  // Marks it as used. Precondition: find(id) is not null.
  void touch(Index id, Instant now);
  // Marks it as used: its command `sequence` took effect at `index`. Precondition: as above.
  void record(Index id, Instant now, std::uint64_t sequence, Index index, const Answer& answer);
  // Removes the sessions that were not used for the timeout. O(1) amortised: most calls examine no session.
  void expire(Instant now);

  [[nodiscard]] std::size_t size() const { return sessions_.size(); }
  [[nodiscard]] const SessionLimits& limits() const { return limits_; }
  [[nodiscard]] Digest digest() const { return digest_; }

  // Snapshot format: the number of sessions (4 bytes), then for each in ascending order its id (8), client (4),
  // last_active (8), sequence (8), took_effect_at (8), answer.found (1), size of answer.value (4), answer.value.
  [[nodiscard]] std::size_t encoded_size() const;
  void encode(Encoder& to) const;
  // Replaces all sessions; false if malformed.
  [[nodiscard]] bool decode(Decoder& from);

  friend bool operator==(const Sessions& a, const Sessions& b) { return a.sessions_ == b.sessions_; }

 private:
  struct Kept {
    Session session;
    Digest seed = 0;    // of the immutable fields
    Digest digest = 0;  // of all fields
    friend bool operator==(const Kept&, const Kept&) = default;
  };
  void add(const Session& session);
  void forget(std::vector<Kept>::iterator place);
  void digest_anew(Kept& kept);
  [[nodiscard]] Kept& at(Index id);
  [[nodiscard]] const Session& as_saved(const Session& session, Session& without_answers) const;
  [[nodiscard]] bool mutated(Mutation mutation) const { return mutations_.has(mutation); }

  SessionLimits limits_;
  Mutations mutations_;
  std::vector<Kept> sessions_;
  Digest digest_ = 0;                    // the sum of the sessions' digests
  Instant none_older_ = Instant::max();  // no last_active is before this
};

}  // namespace raftsim::core
