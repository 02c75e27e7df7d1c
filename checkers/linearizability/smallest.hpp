// Reduces a history that has no order to the few operations that show it.
#pragma once

#include <cstdint>
#include <vector>

#include "checkers/linearizability/history.hpp"

namespace raftsim::checkers {

// Precondition: `key` is not linearizable. Neither is the result, from the same start. Each step is sound: a history
// with an order still has one when
//  - it is cut at some moment: what was invoked later is dropped, what returned later has not returned;
//  - a read, or a refused compare-and-set, is dropped;
//  - a write is dropped whose value is in no answer, while no remaining answer depends on whether it took effect.
// Every step is verified by a search with at most `steps`, and undone unless the search says no. If earlier operations
// were discarded, the first one that returned says what the key was after that, and stays as long as any other does.
[[nodiscard]] std::vector<ClientOperation> smallest_without_order(KeyOperations key, std::uint64_t steps);

}  // namespace raftsim::checkers
