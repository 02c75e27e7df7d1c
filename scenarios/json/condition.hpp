// Conditions of a script, in words: "i % 3 == 1 and connected < 3".
//
//   condition  comparisons with and, or, not and parentheses; "or" binds least, "not" most
//   comparison sum == sum, and likewise != < <= > >=; or a sum alone, which holds unless it is 0
//   sum        whole numbers and words with + - * / % and parentheses
//   words      connected, disconnected, up, down, paused (how many servers), leaders, term, committed, commands, the
//              number of an iteration, or a name (how many servers it is bound to)
#pragma once

#include <string_view>
#include <vector>

#include "scenarios/json/document.hpp"
#include "scenarios/json/schema.hpp"
#include "scenarios/script.hpp"

namespace raftsim::scenarios::json {

struct Expression {
  Condition& condition;
};
void read(const Json& json, const Place& place, Expression expression);
void write(Json& json, Expression expression);
void define(Schema schema, Expression expression);

// The words that mean something wherever they stand.
[[nodiscard]] std::vector<std::string_view> condition_words();

}  // namespace raftsim::scenarios::json
