// The follower's side of the log: AppendEntries (paper, Figure 2 and section 5.3).
#include <algorithm>

#include "core/assertion.hpp"
#include "core/raft/raft.hpp"

namespace raftsim::core {

// A message from the leader of the current term arrived.
void Raft::follow(Instant now, ServerId leader, Effects& effects) {
  RAFTSIM_ASSERT(role_ != Role::leader, "at most one leader in a term");
  RAFTSIM_ASSERT(leader_ == no_server || leader_ == leader, "at most one leader in a term");
  const bool new_leader = leader_ != leader;
  leader_ = leader;
  heard_leader_at_ = now;
  if (options_.lease_reads) refuses_votes_until_ = now + options_.election_timeout_min;
  become_follower(now, Reason::leader_of_same_term, effects);
  if (new_leader) {
    draw_election_timeout(now, effects);
  } else {
    restart_election_timer(now, effects);
  }
}

void Raft::handle(Instant now, const Message& message, const AppendEntries& request, Effects& effects) {
  follow(now, message.from, effects);
  if (!agrees_at(request.previous)) {
    reject_append(message, request, effects);
    return;
  }
  store_entries(request, effects);

  const Index matched = request.previous.index + request.entries.size();
  // Beyond `matched` this log may hold entries that are not the leader's.
  const Index known = mutated(Mutation::commit_past_new) ? log_.last().index : matched;
  const Index commit = std::min(request.leader_commit, known);
  if (commit > commit_index_) set_commit_index(commit, Reason::leader_said, effects);

  // The reply promises the term and everything up to `matched`, even if this message contained nothing new.
  Ticket durable = std::max(writes_.ticket_for_hard_state(), writes_.ticket_for_entries(matched));
  if (mutated(Mutation::ack_before_fsync)) durable = {};
  const Index acked = mutated(Mutation::ack_own_lastindex) ? log_.last().index : matched;
  send_once_durable(durable, message.from,
                    AppendEntriesReply{.previous = request.previous.index,
                                       .count = static_cast<std::uint32_t>(distance(request.previous.index, acked)),
                                       .success = true,
                                       .last_index = log_.last().index,
                                       .round = request.round},
                    effects);
}

void Raft::reject_append(const Message& message, const AppendEntries& request, Effects& effects) {
  RAFTSIM_ASSERT(request.previous.index > commit_index_, "what is committed here is in every later leader's log");
  const LogPosition conflict = log_.last_with_term_at_most(request.previous.index, request.previous.term);
  const bool missing = request.previous.index > log_.last().index;
  observe(RejectedAppend{message.from, request.previous.index, conflict.index},
          missing ? Reason::missing_previous : Reason::conflicting_previous, effects);
  send(message.from,
       AppendEntriesReply{.previous = request.previous.index,
                          .count = static_cast<std::uint32_t>(request.entries.size()),
                          .success = false,
                          .conflict = conflict,
                          .last_index = log_.last().index,
                          .round = request.round},
       effects);
}

// What this log has compacted is committed, and therefore in the log of every later leader: no check is needed.
bool Raft::agrees_at(LogPosition previous) const { return previous.index < log_.base().index || log_.has(previous); }

// Skips entries that are already in the log, and removes nothing unless it conflicts with an entry from the leader: an
// older or duplicate message must not remove what a newer one appended (and what may already be acknowledged).
void Raft::store_entries(const AppendEntries& request, Effects& effects) {
  const auto entries = request.entries.view();
  const Index start = request.previous.index.next();
  if (mutated(Mutation::truncate_always)) {
    if (log_.last().index >= start && start > log_.base().index) truncate_from(start, Reason::none, effects);
  }
  std::size_t present = 0;
  while (present < entries.size() && agrees_at({start + present, entries[present].term})) ++present;
  if (present == entries.size()) {
    if (!entries.empty()) observe(Ignored{}, Reason::already_present, effects);
    return;
  }
  const Index first = start + present;
  const bool conflict = first <= log_.last().index;
  if (conflict) {
    RAFTSIM_ASSERT(first > commit_index_ || mutated(Mutation::truncate_always), "a committed entry is never removed");
    truncate_from(first, Reason::conflicting_entry, effects);
  }
  for (std::size_t i = present; i < entries.size(); ++i) {
    if (mutated(Mutation::delete_in_loop) && conflict && i > present) {
      truncate_from(first, Reason::conflicting_entry,
                    effects);  // inside the loop: removes entries just appended
    }
    append(entries[i], Reason::none, effects);
  }
  save_entries(first, effects);
}

}  // namespace raftsim::core
