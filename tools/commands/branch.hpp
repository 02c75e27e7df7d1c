// raftsim branch: from which event on was a recorded run doomed?
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tools/exit_code.hpp"
#include "tools/sweep/arguments.hpp"
#include "tools/terminal/console.hpp"

namespace raftsim::tools {

struct BranchOptions {
  std::string file = {};                         // a trace
  std::optional<std::uint64_t> from_event = {};  // none: along the run
  std::uint64_t seeds = 100;                     // continuations after each event
  unsigned jobs = available_cores();
  bool json = false;
};

// Makes the run of the trace again, and continues it after an event with other seeds: what has happened stays, and all
// that is decided later is drawn anew. Says how many of the continuations fail: after one event, or after events along
// the run; then also since which event most fail, as `inspect` words that event.
//
// Clean: told, whatever fails. Bad input: the trace cannot be read, was changed, or is not reproduced by this program;
// an event that it does not have; numbers out of range. Interrupted: by a signal.
ExitCode branch(const BranchOptions& options, Console& console);

}  // namespace raftsim::tools
