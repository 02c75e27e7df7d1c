// Drawings of operations that have no order, over time.
#pragma once

#include <span>
#include <string>

#include "checkers/linearizability/history.hpp"
#include "checkers/linearizability/model.hpp"

namespace raftsim::checkers {

// "C2#4 get k1": the client's operation and what it asked for.
[[nodiscard]] std::string asked_text(const ClientOperation& operation);
// "x=12", nothing, "ok", "refused"; "no answer" if it has not returned.
[[nodiscard]] std::string answered_text(const ClientOperation& operation);

// One line: how far an order gets, and what cannot come next. `operations` are all on one key, whose state before them
// is `start`.
[[nodiscard]] std::string why_no_order(std::span<const ClientOperation> operations, const KeyModel& start = {});

// One line for each operation, with a bar from its invocation to its return. The bars are drawn in the order of what
// happened, not to scale; an operation without a return extends to the right edge. Lines end in '\n'.
[[nodiscard]] std::string drawing_of(std::span<const ClientOperation> operations);

}  // namespace raftsim::checkers
