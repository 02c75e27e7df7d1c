// What may stand in a place of a scenario file, as JSON Schema (draft 7). Nobody writes it by hand: each kind of value
// says its own beside its read() and write(), and Fields puts them together.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <span>
#include <string_view>

#include "scenarios/json/document.hpp"

namespace raftsim::scenarios::json {

// One place of a schema, for a define() to fill.
struct Schema {
  using Define = std::function<void(Schema)>;

  Json& json;         // what may stand here
  Json& definitions;  // "#/definitions": what several places have in common

  // As JSON in text.
  void is(std::string_view text) const;
  // A reference to the definition of this name. When it is not there yet, `define` makes it.
  void is_a(std::string_view name, const Define& define) const;
  void is_a(std::string_view name, std::string_view text) const;
  // A whole number from `min` to `max`.
  void is_integer(std::int64_t min, std::uint64_t max) const;
  // One of these words.
  void is_one_of(std::span<const std::string_view> words) const;
  // A list of `min` items or more, and no more than `max`.
  void is_list_of(const Define& define, std::size_t min, std::size_t max = unlimited) const;
  void is_any_of(std::initializer_list<Define> alternatives) const;
  // Adds what else there is to say, such as "minimum"; to a reference, too.
  void say(const char* keyword, const Json& value) const;

  static constexpr std::size_t unlimited = static_cast<std::size_t>(-1);
};

}  // namespace raftsim::scenarios::json
