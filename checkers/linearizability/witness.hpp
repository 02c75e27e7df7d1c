// The fast way to show that operations are linearizable: the order in which they took effect according to the servers.
#pragma once

#include <span>

#include "checkers/linearizability/history.hpp"
#include "checkers/linearizability/model.hpp"

namespace raftsim::checkers {

// Whether the operations on one key, in the order of the indexes at which the servers say they took effect (a read
// after the write at the same index), follow real time and explain the answers. If so they are linearizable, whatever
// the source: the order is checked, not trusted. Otherwise nothing is known. An operation without a return and without
// an index is assumed to have had no effect. `start`: the state of the key before all of them. O(n log n).
[[nodiscard]] bool is_witnessed(std::span<const ClientOperation> operations, const KeyModel& start = {});

}  // namespace raftsim::checkers
