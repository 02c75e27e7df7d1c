// The writes in flight to the disk, and the messages that must not leave before them. A leader's own write proceeds in
// parallel with replication (dissertation, section 10.2.1).
#pragma once

#include <cstdint>
#include <vector>

#include "core/message.hpp"
#include "core/raft/effects.hpp"
#include "core/types.hpp"

namespace raftsim::core {

// Writes become durable in the order of their tickets. Each records the last index that it makes durable; a truncation
// of the log lowers that index for everything in flight. So a write whose entries were overwritten cannot mark the
// entries now at the same indexes as durable, not even if the log is as long as before (the "ABA" case).
class PendingWrites {
 public:
  explicit PendingWrites(Index stable_index = {}) : stable_index_(stable_index) {}

  // Completed writes have made everything up to here durable.
  [[nodiscard]] Index stable_index() const { return stable_index_; }

  // --- a write begins ---
  Ticket begin();
  // What the latest write makes durable.
  void covers_entries(Index last);
  void covers_hard_state() { hard_state_ticket_ = issued_; }

  // --- the log was truncated after `last` ---
  void lower_stable_index(Index last);
  void clip_in_flight(Index last);

  // --- what a promise must wait for ---
  // The write that makes the log durable up to `index`; {0} if it already is.
  [[nodiscard]] Ticket ticket_for_entries(Index index) const;
  // The write that makes the current term and vote durable, completed or not.
  [[nodiscard]] Ticket ticket_for_hard_state() const { return hard_state_ticket_; }
  [[nodiscard]] bool completed(Ticket ticket) const { return ticket <= completed_; }
  void hold(Ticket until, Message message) { held_.push_back({until, std::move(message)}); }

  // --- a write, and all before it, are durable ---
  enum class Completion : std::uint8_t {
    repeated,     // reported before
    whole,        // everything in the writes is durable
    overwritten,  // some of their entries were truncated in the meantime
  };
  // `log_last` limits what can be durable.
  Completion complete(Ticket ticket, Index log_last);
  // Moves the messages that waited for completed writes to `messages`, in the order in which they were held. Messages
  // of a term other than `term` are dropped. Dropping is safe, as any message may be lost. It is also necessary, as the
  // promise may no longer hold: in the newer term another leader may have truncated what an older ack confirms. (Within
  // a term it does hold: there is one leader, whose log only grows.) The waiting server learns of the newer term from
  // its next message.
  void release(Term term, std::vector<Message>& messages);

  [[nodiscard]] Digest digest() const;
  friend bool operator==(const PendingWrites&, const PendingWrites&) = default;

 private:
  struct InFlight {
    Ticket ticket;
    Index last;                // the last index it makes durable; 0 if it has no entries
    bool overwritten = false;  // the log was truncated below `last` since
    friend bool operator==(const InFlight&, const InFlight&) = default;
  };
  struct Held {
    Ticket until;
    Message message;
    friend bool operator==(const Held&, const Held&) = default;
  };

  Index stable_index_;
  Ticket issued_;
  Ticket completed_;
  Ticket hard_state_ticket_;
  std::vector<InFlight> in_flight_;  // ascending tickets; ascending `last` among those with entries
  std::vector<Held> held_;
};

}  // namespace raftsim::core
