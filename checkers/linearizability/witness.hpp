// The fast way to see that operations are linearizable: the servers say where each took effect, and that is an order.
#pragma once

#include <span>

#include "checkers/linearizability/history.hpp"
#include "checkers/linearizability/model.hpp"

namespace raftsim::checkers {

// Whether the operations on one key, in the order of the indexes at which the servers say they took effect (a read
// after the write at the same index), follow real time and explain the answers. Then they are linearizable, whoever
// said it: the order is checked, not believed. Otherwise nothing is known. An operation without a return and without an
// index is taken never to have had an effect. `start`: the key before all of them. O(n log n).
[[nodiscard]] bool is_witnessed(std::span<const ClientOperation> operations, const KeyModel& start = {});

}  // namespace raftsim::checkers
