// The decisions of a run as JSON: what run --decisions writes, and what --overrides and traces bring back.
//
//   {"decision":"packet-loss","who":"S1 > S3","item":"AppendEntries","nth":17,"answer":1,"from":[...]}
//
// `decision`, `who`, `nth` and `item` are the parts of a sim::Key, in words where there are any; parts that are always
// 0 are left out. `from` is the distribution, for people: an override is checked against that of the run. A line that
// run --decisions wrote is an override, and changing its `answer` is how to ask "what if?".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scenarios/scenario.hpp"
#include "sim/random.hpp"

namespace raftsim::tools {

// One line for each, in the order in which the run asked. The scenario knows what things are called.
[[nodiscard]] std::string to_lines(const std::vector<sim::Decision>& decisions, const scenarios::Scenario& scenario);
// Reads such lines from a file. Empty lines are nothing; of several for one decision the last counts. Throws BadInput,
// which names the line.
[[nodiscard]] std::vector<sim::Override> read_overrides(const std::string& path, const scenarios::Scenario& scenario);

// As a trace keeps them: an array of such objects, as JSON text.
[[nodiscard]] std::string to_json(const std::vector<sim::Override>& overrides, const scenarios::Scenario& scenario);
// Throws BadInput, which names `origin` and the place in the array.
[[nodiscard]] std::vector<sim::Override> overrides_from_json(const std::string& json, const std::string& origin,
                                                             const scenarios::Scenario& scenario);

// "packet-loss S1 > S3 AppendEntries 17"
[[nodiscard]] std::string in_words(const sim::Key& key, const scenarios::Scenario& scenario);
// "override of packet-loss S1 > S3 AppendEntries 17: expected an answer from 0 to 1, found 2"
[[nodiscard]] std::string in_words(const sim::BadOverride& bad, const scenarios::Scenario& scenario);

}  // namespace raftsim::tools
