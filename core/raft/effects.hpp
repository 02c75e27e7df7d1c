// What the core asks for in answer to an input. It never calls back: the caller carries these out.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/message.hpp"
#include "core/observation.hpp"
#include "core/snapshot.hpp"
#include "core/types.hpp"

namespace raftsim::core {

// Names one write; later writes have larger tickets. A completion names a ticket, not an index, so that a write that
// was overwritten meanwhile cannot be taken for the one that now stands at the same index.
struct Ticket {
  std::uint64_t value = 0;
  friend constexpr auto operator<=>(Ticket, Ticket) = default;
};

// One step of the durable state, to be made durable as a whole and in the order of the tickets.
struct Write {
  Ticket ticket;
  std::optional<HardState> hard_state;  // when term or vote changed
  // The entries first..last of the log as it is now; they replace everything the disk holds from `first` on.
  // None when last < first.
  Index first{1};
  Index last{0};
  [[nodiscard]] bool has_entries() const { return first <= last; }
  // When not null: durable before anything else of this write. The log up to its last position is not needed any more
  // from then on; when the log has no entry at that position with that term, nothing of the log before this write is.
  SharedSnapshot snapshot = {};
};

// A client's read that was asked of this server, by the number that the caller gave it.
struct ReadOutcome {
  std::uint64_t read = 0;
  Index index;             // read from the state machine once it has applied up to here
  bool confirmed = false;  // otherwise this server cannot say; ask the leader
  friend bool operator==(const ReadOutcome&, const ReadOutcome&) = default;
};

// Kept by the caller and reused, so that a step allocates nothing: clear() before each input.
struct Effects {
  std::vector<Message> messages;  // may leave now; those that wait for the disk come out of Raft::stored
  std::optional<Write> write;     // to be made durable; report with Raft::stored
  // When not null: the state machine's state is this one from now on, before anything later is applied.
  SharedSnapshot installed;
  std::vector<ReadOutcome> reads;
  std::vector<Observation> observations;  // in the order in which things happened
  bool drew_election_timeout = false;     // supply the next one: Raft::set_next_election_timeout
  void clear() {
    messages.clear();
    write.reset();
    if (installed) installed = {};
    reads.clear();
    observations.clear();
    drew_election_timeout = false;
  }
};

}  // namespace raftsim::core
