// A scenario in words, for somebody who knows Raft and not this program.
#pragma once

#include <string>
#include <vector>

#include "scenarios/scenario.hpp"

namespace raftsim::scenarios {

struct ExplainedLine {
  std::size_t depth = 0;  // of steps within steps
  std::string text;
};

struct ExplainedPart {
  std::string title;
  std::vector<ExplainedLine> lines;
};

// Everything that the scenario says, each fault and each step as a sentence. Of settings those that are not the
// default, each with what the schema says about it. Parts that have nothing to say are left out.
[[nodiscard]] std::vector<ExplainedPart> explanation(const Scenario& scenario);

}  // namespace raftsim::scenarios
