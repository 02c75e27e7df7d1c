// Proposals: which commands a leader accepts, and up to which limit.
#include "core/raft/raft.hpp"

namespace raftsim::core {

Refusal Raft::why_not_propose(std::span<const Bytes> commands) const {
  if (role_ != Role::leader) return Refusal::not_leader;
  if (commands.empty()) return Refusal::no_commands;
  if (leadership_->transfer.under_way()) return Refusal::transferring;
  if (options_.max_uncommitted_bytes == 0) return Refusal::none;
  std::uint64_t bytes = 0;
  for (const Bytes& command : commands) bytes += entry_header_bytes + command.size();
  const bool refused = leadership_->uncommitted.refuses(bytes, options_.max_uncommitted_bytes);
  return refused ? Refusal::too_much_uncommitted : Refusal::none;
}

std::optional<Index> Raft::propose(Instant now, std::span<const Bytes> commands, Effects& effects) {
  const Refusal refusal = why_not_propose(commands);
  if (refusal == Refusal::too_much_uncommitted) {
    observe(Ignored{}, Reason::too_much_uncommitted, effects);
  }
  if (refusal != Refusal::none) return std::nullopt;
  const Index first = log_.last().index.next();
  for (const Bytes& command : commands) {
    append(Entry{.term = term(), .kind = EntryKind::command, .payload = command}, Reason::none, effects);
    observe(Proposed{log_.last().index}, Reason::none, effects);
  }
  save_entries(first, effects);
  send_to_all(now, effects);  // in parallel with its own write (dissertation, section 10.2.1)
  return first;
}

// A new leader's log may end in uncommitted entries of earlier terms. They are committed, and released, with its own.
void Raft::count_uncommitted() {
  if (options_.max_uncommitted_bytes == 0) return;
  for (Index i = commit_index_.next(); i <= log_.last().index; i = i.next())
    leadership_->uncommitted.add(wire_size(log_.at(i)));
}

void Raft::release_committed(Index from, Index to) {
  if (options_.max_uncommitted_bytes == 0) return;
  for (Index i = from.next(); i <= to; i = i.next()) {
    const Entry& entry = log_.at(i);
    leadership_->uncommitted.release(mutated(Mutation::quota_leak) ? entry.payload.size() : wire_size(entry));
  }
}

}  // namespace raftsim::core
