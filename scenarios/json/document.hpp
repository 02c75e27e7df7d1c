// A JSON document and places in it: parsing that refuses what people get wrong, errors that name the place, and
// printing.
#pragma once

#include <initializer_list>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace raftsim::scenarios::json {

using Json = nlohmann::ordered_json;  // keys stay in the order of the file

// A place in a document, as --set and errors write it: "faults.leader-crash.every". Empty: the whole document.
struct Place {
  std::string_view origin;
  std::string path = {};

  [[nodiscard]] Place at(std::string_view key) const;
  // In a list: an element that has a name goes by it, any other by its number.
  [[nodiscard]] Place element(const Json& list, std::size_t index) const;
  // Both throw ScenarioError: "expected ..., found ...", and a problem in words of its own.
  [[noreturn]] void fail(const std::string& expected, const std::string& found) const;
  [[noreturn]] void refuse(std::string problem) const;
};

// The text as JSON. Throws ScenarioError with line and column; also for a key that occurs twice in one object, which
// JSON libraries pass over in silence, and for nesting that no scenario needs.
[[nodiscard]] Json parse(std::string_view text, std::string_view origin);

// Indented by two; what fits in a line is in one line.
[[nodiscard]] std::string pretty(const Json& document);

// A value in one short line, for errors.
[[nodiscard]] std::string brief(const Json& value);

}  // namespace raftsim::scenarios::json
