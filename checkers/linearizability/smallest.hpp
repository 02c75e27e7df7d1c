// From a history that has no order, the few operations that show it.
#pragma once

#include <cstdint>
#include <vector>

#include "checkers/linearizability/history.hpp"
#include "checkers/linearizability/model.hpp"

namespace raftsim::checkers {

// `operations` are all on one key, which is `start` before them, and not linearizable; neither is what comes back. Each
// step keeps what is left a witness against the whole: a history with an order has one too once
//  - it is cut at some moment: what was invoked later is dropped, what returned later has not returned;
//  - a read, or a refused compare-and-set, is dropped;
//  - a write is dropped whose value no answer shows, while nothing remains whose answer depends on whether it was
//  there.
// Every step is searched again with at most `steps`, and undone when the search does not say no.
[[nodiscard]] std::vector<ClientOperation> smallest_without_order(std::vector<ClientOperation> operations,
                                                                  std::uint64_t steps, const KeyModel& start = {});

}  // namespace raftsim::checkers
