// What clients asked and were told, as a trace shows it: whom they asked and when, where it took effect, who answered,
// and how the servers stood then.
#pragma once

#include <string>
#include <vector>

#include "checkers/trace/trace.hpp"

namespace raftsim::tools {

// The operations that the verdict names, in lines, in the order in which they were asked. One that was asked after
// another was answered, and still took effect or was read before it, is marked: that answer is the wrong one. Empty
// when the verdict names none.
[[nodiscard]] std::vector<std::string> operations_of_verdict(const checkers::Trace& trace);

// Whether the event that the verdict names is about one of these operations.
[[nodiscard]] bool happened_to_operations(const checkers::Trace& trace, const checkers::TracedEvent& event);

}  // namespace raftsim::tools
