// Scenarios as JSON: reading with errors a person can act on, writing in full, and changing one setting at a time.
//
// The vocabulary (every key, its limits, and what it is about) is in json/vocabulary.cpp; scenario_schema() says the
// same to editors, and schema/scenario.schema.json is its text. Every key but `name` may be left out. Durations are strings with a unit ("150ms"), chances are
// ratios ("1/100"), sizes may carry a unit ("64KiB"); there are no floating-point numbers.
#pragma once

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "scenarios/scenario.hpp"

namespace raftsim::scenarios {

// What is wrong with a scenario, in words.
struct BadScenario {
  std::string origin;   // "leader-crash.json", "leader-crash.json: line 3, column 7", "--set raft.heartbeat=10"
  std::string path;     // of the value: "network.links.loss"; empty for the whole document
  std::string problem;  // "expected a ratio such as \"1/100\", 0 or 1, found 0.01"
  std::string about;    // the path of what is wrong: of an unknown key, its own
  [[nodiscard]] std::string what() const { return origin + (path.empty() ? "" : ": " + path) + ": " + problem; }
};

// what() is one line.
class ScenarioError : public std::runtime_error {
 public:
  explicit ScenarioError(BadScenario problem) : std::runtime_error(problem.what()), problem_(std::move(problem)) {}
  [[nodiscard]] const BadScenario& problem() const { return problem_; }

 private:
  BadScenario problem_;
};

// Reads a scenario and checks all of it. `origin` names the text in errors ("leader-crash.json"). Throws ScenarioError.
[[nodiscard]] Scenario scenario_from_json(std::string_view text, std::string_view origin);

// The whole scenario with every default spelled out, always the same text for the same scenario.
// scenario_from_json(to_json(s), origin) == s.
[[nodiscard]] std::string to_json(const Scenario& scenario);

// A JSON Schema (draft 7) of scenario files.
[[nodiscard]] std::string scenario_schema();

// The text with `settings` applied in order. Each is PATH=VALUE: PATH leads from key to key, and into a list by number
// or by the element's name ("faults.leader-crash.every", "network.overrides.0.loss"); VALUE is JSON if it reads as
// JSON, and a string otherwise ("1ms", append). Keys that the text leaves out may be set. Throws ScenarioError for a
// path that leads nowhere in the text; unknown keys and values out of range are found when the result is read.
[[nodiscard]] std::string with_settings(std::string_view text, std::string_view origin,
                                        std::span<const std::string> settings);

// with_settings(), read. An error that the text by itself does not have names the settings that brought it:
// "--set raft.heartbeat=10: expected ...". Throws ScenarioError.
[[nodiscard]] Scenario scenario_with_settings(std::string_view text, std::string_view origin,
                                              std::span<const std::string> settings);

}  // namespace raftsim::scenarios
