// Every key of a scenario file, with its limits. The defaults are those of `Scenario{}`.
#pragma once

#include "scenarios/json/fields.hpp"
#include "scenarios/scenario.hpp"

namespace raftsim::scenarios::json {

// The keys of a whole scenario.
void describe(Fields& fields, Scenario& scenario);

}  // namespace raftsim::scenarios::json
