// raftsim replay: runs what a trace recorded again, and says whether the same happens.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "checkers/trace/trace.hpp"
#include "scenarios/scenario.hpp"
#include "sim/random.hpp"
#include "tools/exit_code.hpp"
#include "tools/terminal/console.hpp"

namespace raftsim::tools {

struct ReplayOptions {
  std::string file;
  std::string overrides = {};  // a file of decisions to answer otherwise than the trace did; empty for none
};

// Clean: reproduced and nothing was violated, or another program wrote the trace and this one finds nothing any more.
// Violation: this program finds one. Bad input: the trace cannot be read, or was changed since it was written. Harness
// failed: this very program wrote the trace and does something else now.
//
// With overrides the question is another, "what if?", and the answer is where the run leaves the trace and what becomes
// of it: clean or violation. They are added to those of the trace; of two for one decision they count.
ExitCode replay(const ReplayOptions& options, Console& console);

// What the trace ran, by its header. Throws scenarios::ScenarioError or BadInput.
[[nodiscard]] scenarios::Scenario scenario_of(const checkers::Trace& trace, const std::string& file,
                                              const scenarios::ServerKinds& servers);
// The decisions that were answered in place of chance. Throws BadInput.
[[nodiscard]] std::vector<sim::Override> overrides_of(const checkers::Trace& trace, const std::string& file,
                                                      const scenarios::Scenario& scenario);

// Whether two programs of these versions must do the same: a version says so only when it names a commit, without
// edits.
[[nodiscard]] bool surely_same_program(std::string_view one, std::string_view other);

}  // namespace raftsim::tools
