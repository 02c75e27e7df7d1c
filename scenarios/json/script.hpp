// The keys of a script: its steps, and the rules that it switches.
#pragma once

#include <vector>

#include "scenarios/json/fields.hpp"
#include "scenarios/scenario.hpp"

namespace raftsim::scenarios::json {

// When reading: what a scenario with a script is unless it says otherwise. Call it before anything else is described.
void set_script_defaults(const Fields& fields, Scenario& scenario);

// "rules" and "script". Call it after the network, the disk and the faults are described: steps may change them.
void describe_script(Fields& fields, Scenario& scenario);

// What can be known of a script before it runs: that names are bound before they are used, servers exist, repeats end.
// Throws ScenarioError.
void check_script(const Scenario& scenario, std::string_view origin);

// Step::key of all steps, and what goes with it.
void set_keys(std::vector<Step>& script);

}  // namespace raftsim::scenarios::json
