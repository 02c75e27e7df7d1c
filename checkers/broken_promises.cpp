#include "checkers/broken_promises.hpp"

#include <fmt/format.h>

#include "checkers/ledger.hpp"
#include "checkers/wording.hpp"

namespace raftsim::checkers {

bool BrokenPromises::look(core::ServerId server, const sim::Disk& disk) {
  const std::size_t place = server.value - 1U;
  const auto count = disk.broken_promises();
  if (count == 0) return false;
  if (disks_.size() <= place) disks_.resize(place + 1);
  auto& watched = disks_[place];
  watched.broken = watched.broken || count != watched.seen;
  watched.seen = count;
  return watched.broken;
}

bool BrokenPromises::take(core::ServerId server) {
  const std::size_t place = server.value - 1U;
  return place < disks_.size() && std::exchange(disks_[place].broken, false);
}

Promise promise_of(const DurableImage& durable) {
  const auto last = durable.log().last();
  return {durable.hard_state(), last, durable.log().chain_at(last)};
}

std::optional<std::string> what_is_lost(const Promise& promised, const DurableImage& found) {
  const auto& now = found.hard_state();
  const bool vote_kept = now.term == promised.hard_state.term && now.vote == promised.hard_state.vote;
  if (now.term < promised.hard_state.term || (now.term == promised.hard_state.term && !vote_kept)) {
    return fmt::format("term {} with a vote for {}: it holds term {} with a vote for {}",
                       promised.hard_state.term.value, name_or_nobody(promised.hard_state.vote), now.term.value,
                       name_or_nobody(now.vote));
  }
  const auto& log = found.log();
  if (promised.last <= log.last() && log.has(promised.last) && log.chain_at(promised.last) == promised.chain)
    return std::nullopt;
  return log.last() < promised.last
             ? fmt::format("a log up to index {}: it holds one up to index {}", promised.last.value, log.last().value)
             : fmt::format("a log up to index {}: it holds another one", promised.last.value);
}

std::string with_label(const Ledger& ledger, std::string seen) {
  if (ledger.beyond_model().empty()) return seen;
  return fmt::format("{}; beyond the model: {}", seen, ledger.beyond_model());
}

}  // namespace raftsim::checkers
