#include "scenarios/scenario_json.hpp"

#include <nlohmann/json.hpp>

#include "scenarios/json/vocabulary.hpp"

namespace raftsim::scenarios {

Scenario scenario_from_json(std::string_view text, std::string_view origin) {
  const json::Json document = json::parse(text, origin);
  Scenario scenario;
  json::Fields fields(document, {origin});
  json::describe(fields, scenario);
  fields.finish();
  return scenario;
}

std::string to_json(const Scenario& scenario) {
  json::Json document;
  json::Fields fields(document);
  Scenario copy = scenario;  // one description serves both directions, and reading needs places to write to
  json::describe(fields, copy);
  return json::pretty(document);
}

}  // namespace raftsim::scenarios
