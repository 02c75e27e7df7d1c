#include "core/raft/configurations.hpp"

#include <algorithm>

#include "core/assertion.hpp"

namespace raftsim::core {

Configurations::Configurations(Index base, const Configuration& at_base, const Log& log) : history_{{base, at_base}} {
  for (Index index = std::max(base, log.base().index).next(); index <= log.last().index; index = index.next()) {
    const Entry& entry = log.at(index);
    if (entry.kind != EntryKind::configuration) continue;
    const auto configuration = decode_configuration(entry.payload.view());
    RAFTSIM_ASSERT(configuration.has_value(), "a configuration entry holds a configuration");
    append(index, *configuration);
  }
}

std::size_t Configurations::place_of(Index index) const {
  std::size_t place = history_.size() - 1;
  while (place > 0 && history_[place].index > index) --place;
  return place;
}

bool Configurations::may_vote(ServerId server, Index commit_index) const {
  if (current().votes(server)) return true;
  return std::any_of(history_.begin() + static_cast<std::ptrdiff_t>(place_of(commit_index)), history_.end(),
                     [server](const Change& change) { return change.configuration.votes(server); });
}

void Configurations::append(Index index, const Configuration& configuration) {
  RAFTSIM_ASSERT(index > history_.front().index, "the base of a log is never replaced");
  truncate_from(index);
  history_.push_back({index, configuration});
}

void Configurations::truncate_from(Index first) {
  while (history_.size() > 1 && latest().index >= first) history_.pop_back();
}

void Configurations::forget_before(Index base) {
  history_.erase(history_.begin(), history_.begin() + static_cast<std::ptrdiff_t>(place_of(base)));
}

Digest Configurations::digest() const {
  Digest result = mix(0, history_.size());
  for (const Change& change : history_) result = mix(mix(result, change.index.value), change.configuration.digest());
  return result;
}

}  // namespace raftsim::core
