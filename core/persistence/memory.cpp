#include "core/persistence/memory.hpp"

namespace raftsim::core {

std::optional<Ticket> Memory::submit(const Write& write, const Log& log, std::vector<FileOperation>& /*out*/) {
  if (write.hard_state) hard_state_ = *write.hard_state;
  if (write.snapshot) {
    snapshot_ = write.snapshot;
    const auto rest = log.range(snapshot_->last.index.next(), log.last().index);
    log_ = Log(snapshot_->last, Log::Entries(rest.begin(), rest.end()));
  } else if (write.has_entries()) {
    log_.truncate_from(write.first);
    for (const Entry& entry : log.range(write.first, write.last)) log_.append(entry);
  }
  return write.ticket;
}

std::optional<Ticket> Memory::done(std::uint64_t /*tag*/, std::vector<FileOperation>& /*out*/) { return std::nullopt; }

}  // namespace raftsim::core
