// From a history that has no order, the few operations that show it.
#pragma once

#include <cstdint>
#include <vector>

#include "checkers/linearizability/history.hpp"

namespace raftsim::checkers {

// `key` is not linearizable; neither is what comes back, from the same start. Each step keeps what is left a witness
// against the whole: a history with an order has one too once
//  - it is cut at some moment: what was invoked later is dropped, what returned later has not returned;
//  - a read, or a refused compare-and-set, is dropped;
//  - a write is dropped whose value no answer shows, while nothing remains whose answer depends on whether it was
//  there.
// Every step is searched again with at most `steps`, and undone when the search does not say no. Where something before
// is forgotten, the first operation that returned says what the key was after that, and stays if but one other does.
[[nodiscard]] std::vector<ClientOperation> smallest_without_order(KeyOperations key, std::uint64_t steps);

}  // namespace raftsim::checkers
