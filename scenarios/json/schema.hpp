// What may stand in a place of a scenario file, as JSON Schema (draft 7). Nobody writes it by hand: each kind of value
// says its own beside its read() and write(), and Fields puts them together.
#pragma once

#include <functional>
#include <string_view>

#include "scenarios/json/document.hpp"

namespace raftsim::scenarios::json {

// One place of a schema, for a define() to fill.
struct Schema {
  Json& json;         // what may stand here
  Json& definitions;  // "#/definitions": what several places have in common

  // As JSON in text.
  void is(std::string_view text) const;
  // A reference to the definition of this name. When it is not there yet, `define` makes it.
  void is_a(std::string_view name, const std::function<void(Schema)>& define) const;
  void is_a(std::string_view name, std::string_view text) const;
  // A part of what stands here, as `define` says.
  [[nodiscard]] Json part(const std::function<void(Schema)>& define) const;
};

class Fields;

// "include", which is resolved before a scenario is read (scenarios/include.hpp).
void describe_include(Fields& fields);

}  // namespace raftsim::scenarios::json
