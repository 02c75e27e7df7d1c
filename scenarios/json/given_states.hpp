// The key "begin": what servers hold before a run begins.
#pragma once

#include "scenarios/json/fields.hpp"
#include "scenarios/scenario.hpp"

namespace raftsim::scenarios::json {

void describe_begin(Fields& fields, Scenario& scenario);

// Refuses states that no run of Raft can have led to. Those that are merely unlikely pass.
// Throws ScenarioError.
void check_begin(const Scenario& scenario, std::string_view origin);

}  // namespace raftsim::scenarios::json
