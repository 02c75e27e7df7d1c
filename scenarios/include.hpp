// A scenario that is another one but for what it changes:
//
//   {"include": "leader-crash", "name": "slower", "disk": {"fsync": "20ms"}, "faults": [{"name": "leader-crash", "every": "1s"}]}
//
// An object is merged key by key. In a list of things that have names (faults, rules, switches) what has the name of
// another is merged with it, and what has a new one is appended. Every other value takes the place of the one before; so
// does null, which leaves the key at its default.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace raftsim::scenarios {

// The text of a scenario file and how errors call it.
struct ScenarioText {
  std::string origin;
  std::string json;
};

// Finds what an "include" names. `from` is the origin of the file that says so, to which paths are relative; empty for
// the file with which it all begins.
using FindScenario = std::function<ScenarioText(const std::string& name, const std::string& from)>;

// The text in full: all that it includes is merged into it, however deep. A text that includes nothing stays as it is.
// Throws ScenarioError for an "include" that is no name, and for files that include each other in a circle; and what
// `find` throws.
[[nodiscard]] ScenarioText with_includes(const ScenarioText& text, const FindScenario& find);

}  // namespace raftsim::scenarios
