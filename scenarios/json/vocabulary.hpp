// Every key of a scenario file, with its default and its limits.
#pragma once

#include "scenarios/json/fields.hpp"
#include "scenarios/scenario.hpp"

namespace raftsim::scenarios::json {

// What holds when a file says nothing: a quiet cluster of five on a fast network with good disks.
[[nodiscard]] Scenario default_scenario();

// The keys of a whole scenario.
void describe(Fields& fields, Scenario& scenario);

}  // namespace raftsim::scenarios::json
