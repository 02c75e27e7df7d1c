// The keys of a fault, and what the whole scenario has to say to them.
#pragma once

#include "scenarios/json/fields.hpp"
#include "scenarios/scenario.hpp"

namespace raftsim::scenarios::json {

// The keys of one fault, in a cluster of so many servers.
void describe(Fields& fields, Fault& fault, std::uint32_t servers);

// Which packets a rule matches and what happens to them.
void describe_rule(Fields& fields, sim::Rule& rule, std::uint32_t servers);

// "heal": a word, or a list of the faults that stay. Described after the faults.
void describe_heal(Fields& fields, Scenario& scenario);

// Requires that each fault can strike before the chaos ends, unless a script says when that is.
void require_strikes_in_time(Fields& fields, const Scenario& scenario);

}  // namespace raftsim::scenarios::json
