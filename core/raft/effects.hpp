// What the core requests in response to an input. It never calls back: the caller carries these out.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/message.hpp"
#include "core/observation.hpp"
#include "core/snapshot.hpp"
#include "core/types.hpp"

namespace raftsim::core {

// Identifies one write; later writes have larger tickets. A completion names a ticket, not an index, so that an
// overwritten write cannot be mistaken for the one that is now at the same index.
struct Ticket {
  std::uint64_t value = 0;
  friend constexpr auto operator<=>(Ticket, Ticket) = default;
};

// One update of the durable state, to be made durable as a whole and in ticket order.
struct Write {
  Ticket ticket;
  std::optional<HardState> hard_state;  // set if term or vote changed
  // The entries first..last of the current log. They replace everything on the disk from `first` on. None if last <
  // first.
  Index first{1};
  Index last{0};
  [[nodiscard]] bool has_entries() const { return first <= last; }
  // If not null: must be durable before the rest of this write. It replaces the log up to its last position, or, if the
  // log has no entry with that index and term, everything in the log before this write.
  SharedSnapshot snapshot = {};
};

// The outcome of a client's read on this server, identified by the caller's number for it.
struct ReadOutcome {
  std::uint64_t read = 0;
  Index index;             // serve the read once the state machine has applied up to here
  bool confirmed = false;  // if false, this server cannot tell; ask the leader
  friend bool operator==(const ReadOutcome&, const ReadOutcome&) = default;
};

// Kept by the caller and reused, so that a step allocates nothing: clear() before each input.
struct Effects {
  std::vector<Message> messages;  // may be sent now; messages that wait for the disk come from Raft::stored
  std::optional<Write> write;     // make it durable, then report it with Raft::stored
  // If not null: replace the state machine's state by this one before applying anything later.
  SharedSnapshot installed;
  std::vector<ReadOutcome> reads;
  std::vector<Observation> observations;  // in the order in which they happened
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
