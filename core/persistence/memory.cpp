#include "core/persistence/memory.hpp"

namespace raftsim::core {

std::optional<Ticket> Memory::submit(const Write& write, const Log& log, std::vector<FileOperation>& /*out*/) {
  if (write.hard_state) hard_state_ = *write.hard_state;
  if (write.has_entries()) {
    const auto entries = log.range(write.first, write.last);
    entries_.resize(write.first.value - 1);
    entries_.insert(entries_.end(), entries.begin(), entries.end());
  }
  return write.ticket;
}

std::optional<Ticket> Memory::done(std::uint64_t /*tag*/, std::vector<FileOperation>& /*out*/) { return std::nullopt; }

}  // namespace raftsim::core
