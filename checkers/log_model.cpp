#include "checkers/log_model.hpp"

namespace raftsim::checkers {

void LogModel::install(core::LogPosition last, core::Digest digest, const LogModel& committed) {
  if (has(last)) return;
  if (!committed.has(last)) {
    restart_at(last, core::mix(digest, last.term.value));
    return;
  }
  if (base_ > committed.base_ || this->last() < committed.base_) {  // no common base
    *this = committed;
    truncate_from(last.index.next());
    return;
  }
  auto same = std::min(this->last(), last.index);
  while (same > committed.base_ && chain_at(same) != committed.chain_at(same)) same = same.previous();
  truncate_from(same.next());
  while (this->last() < last.index) append_of(committed);
}

void LogModel::become(const LogModel& other) {
  if (base_ != other.base_ || links_.front().chain != other.links_.front().chain) {
    *this = other;
    return;
  }
  auto same = std::min(last(), other.last());
  while (chain_at(same) != other.chain_at(same)) same = same.previous();
  truncate_from(same.next());
  while (last() < other.last()) append_of(other);
}

}  // namespace raftsim::checkers
