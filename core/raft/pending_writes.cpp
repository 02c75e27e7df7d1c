#include "core/raft/pending_writes.hpp"

#include <algorithm>
#include <utility>

#include "core/assertion.hpp"

namespace raftsim::core {

Ticket PendingWrites::begin() {
  ++issued_.value;
  in_flight_.push_back({.ticket = issued_, .last = {}, .overwritten = false});
  return issued_;
}

void PendingWrites::covers_entries(Index last) {
  RAFTSIM_ASSERT(!in_flight_.empty() && in_flight_.back().ticket == issued_,
                 "a write is covered by the youngest ticket");
  in_flight_.back().last = last;
}

void PendingWrites::lower_stable_index(Index last) { stable_index_ = std::min(stable_index_, last); }

void PendingWrites::clip_in_flight(Index last) {
  for (InFlight& write : in_flight_) {
    if (write.last <= last) continue;
    write.last = last;
    write.overwritten = true;
  }
}

Ticket PendingWrites::ticket_for_entries(Index index) const {
  if (index <= stable_index_) return {};
  for (const InFlight& write : in_flight_) {
    if (write.last >= index) return write.ticket;
  }
  return issued_;  // beyond the log: only a broken server promises this
}

PendingWrites::Completion PendingWrites::complete(Ticket ticket, Index log_last) {
  RAFTSIM_ASSERT(ticket <= issued_, "only writes that were asked for complete");
  if (ticket <= completed_) return Completion::repeated;
  completed_ = ticket;
  Completion completion = Completion::whole;
  auto end = in_flight_.begin();
  for (; end != in_flight_.end() && end->ticket <= ticket; ++end) {
    stable_index_ = std::max(stable_index_, std::min(end->last, log_last));
    if (end->overwritten) completion = Completion::overwritten;
  }
  in_flight_.erase(in_flight_.begin(), end);
  return completion;
}

void PendingWrites::release(Term term, std::vector<Message>& messages) {
  auto kept = held_.begin();
  for (Held& held : held_) {
    if (!completed(held.until)) {
      if (&*kept != &held) *kept = std::move(held);
      ++kept;
    } else if (held.message.term == term) {
      messages.push_back(std::move(held.message));
    }
  }
  held_.erase(kept, held_.end());
}

Digest PendingWrites::digest() const {
  // Tickets only count up; only the difference between them matters.
  Digest result = mix(stable_index_.value, issued_.value - completed_.value);
  result = mix(result, completed(hard_state_ticket_) ? 0 : hard_state_ticket_.value - completed_.value);
  for (const InFlight& write : in_flight_) result = mix(result, write.last.value);
  for (const Held& held : held_)
    result = mix(mix(result, held.until.value - completed_.value), digest_of(held.message));
  return result;
}

}  // namespace raftsim::core
