// A recorded run held against the run that this program makes of the same seed.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "checkers/trace/trace.hpp"

namespace raftsim::tools {

// The position of the first event after which the fingerprints differ, or that only one of the two has.
[[nodiscard]] std::optional<std::size_t> first_difference(std::span<const checkers::TracedEvent> recorded,
                                                          std::span<const checkers::TracedEvent> now);

// Where the run leaves the trace.
struct Divergence {
  std::size_t position = 0;
  sim::EventId event = 0;  // as the trace has it, or else the run
  // The run is as recorded up to a cause of the violation, and there, or behind the violation, this program acts
  // differently: what became of the violation says something about the program. Otherwise something else changed first,
  // such as a delay, and the run that follows is another one: that it violates nothing says nothing.
  bool at_cause = false;
};

// Nothing when every event is as recorded. The causes are those that inspect tells (causes_of_violation).
[[nodiscard]] std::optional<Divergence> divergence(const checkers::Trace& recorded,
                                                   std::span<const checkers::TracedEvent> now);

}  // namespace raftsim::tools
