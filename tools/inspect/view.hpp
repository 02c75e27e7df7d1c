// A trace as text: who it was, what was found and how it came about, then one line for each event.
#pragma once

#include <string>
#include <vector>

#include "checkers/trace/trace.hpp"
#include "tools/inspect/options.hpp"

namespace raftsim::tools {

// Throws BadInput for an option that names what is not in this trace.
[[nodiscard]] std::vector<std::string> view(const checkers::Trace& trace, const InspectOptions& options);

// The header block alone: scenario, seed, mutations, verdict, size.
[[nodiscard]] std::vector<std::string> summary(const checkers::Trace& trace);

}  // namespace raftsim::tools
