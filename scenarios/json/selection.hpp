// Whom a step of a script is about, in words: "any of NEW but L2".
//
//   phrase  "any [n] [of] [GROUP]" | "n of GROUP" | "each [GROUP]" | "leader [of GROUP]" | "follower [of GROUP]"
//           | "longest log [of GROUP]" | GROUP, and then any number of "but GROUP"
//   GROUP   all, connected, disconnected, up, down, paused, followers, leader, rest, S1 to Sn, or a name
//
// "the" may stand before any of it, and "the one with the longest log" is "longest log".
#pragma once

#include <string_view>

#include "scenarios/json/document.hpp"
#include "scenarios/json/schema.hpp"
#include "scenarios/script.hpp"

namespace raftsim::scenarios::json {

// A phrase, a list of phrases (all of them together), or {"if": condition, "then": ..., "else": ...}.
struct Servers {
  Selection& selection;
};
void read(const Json& json, const Place& place, Servers servers);
void write(Json& json, Servers servers);
void define(Schema schema, Servers servers);

// Whether a name would be read as something else.
[[nodiscard]] bool is_word_of_selections(std::string_view name);

// The words for groups, for errors.
[[nodiscard]] std::vector<std::string_view> group_words();

}  // namespace raftsim::scenarios::json
