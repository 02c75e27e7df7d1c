#include "checkers/horizon.hpp"

#include <algorithm>
#include <utility>

#include "checkers/ledger.hpp"

namespace raftsim::checkers {

bool HorizonWatch::look(const Ledger& ledger) {
  Horizon all{ledger.committed_last(), ledger.newest_led_term()};
  for (const auto server : ledger.servers()) {
    if (ledger.retired(server)) continue;
    const auto& durable = ledger.durable(server);
    all.index = std::min(all.index, durable.snapshot().index);
    all.term = std::min(all.term, durable.hard_state().term);
    const auto& state = ledger.of(server);
    if (!state.up) continue;
    all.index = std::min(all.index, state.last_applied);
    all.term = std::min(all.term, state.hard_state.term);
  }
  if (all.index <= mark_) return false;  // some server may still be writing what it was writing then
  const Horizon before = std::exchange(horizon_, std::exchange(next_, all));
  mark_ = ledger.committed_last();
  return horizon_ != before;
}

}  // namespace raftsim::checkers
