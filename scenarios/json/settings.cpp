// --set PATH=VALUE: changes a document before it is read. It knows nothing of the vocabulary but that elements of a
// list may have names; whether a key exists and a value fits is found when the result is read.
#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <tuple>
#include <utility>

#include "scenarios/json/document.hpp"
#include "scenarios/json/values.hpp"
#include "scenarios/nearest.hpp"
#include "scenarios/scenario_json.hpp"

namespace raftsim::scenarios {

namespace {

using json::Json;
using json::Place;

// The number of the element that `step` names, by its name or its number.
std::size_t element(const Json& list, std::string_view step, const Place& place) {
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (!list[i].is_object() || !list[i].contains("name") || !list[i]["name"].is_string()) continue;
    names.push_back(list[i]["name"].get_ref<const std::string&>());
    if (names.back() == step) return i;
  }
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(step.data(), step.data() + step.size(), index);
  const bool is_number = error == std::errc{} && end == step.data() + step.size();
  if (is_number && index < list.size()) return index;

  if (list.empty()) place.fail("an element of an empty list (set the whole list)", json::brief(Json(step)));
  const std::string numbers = "a number from 0 to " + std::to_string(list.size() - 1);
  if (is_number || names.empty()) place.fail(numbers, json::brief(Json(step)));
  place.refuse(unknown("element", step, names, '"'));
}

// One step down, and where that is. What an object does not have yet is made.
std::pair<Json*, Place> descend(Json& value, std::string_view step, const Place& place) {
  if (value.is_null()) value = Json::object();
  if (value.is_object()) return {&value[std::string(step)], place.at(step)};
  if (value.is_array()) {
    const std::size_t index = element(value, step, place);
    return {&value[index], place.element(value, index)};
  }
  place.fail("an object or a list to set \"" + std::string(step) + "\" in", json::brief(value));
}

bool is_utf8(const std::string& text) {
  try {
    (void)Json(text).dump();
    return true;
  } catch (const Json::type_error&) {
    return false;
  }
}

std::string shown(const std::string& setting) {
  constexpr std::size_t longest = 100;
  return "--set " + (setting.size() <= longest ? setting : setting.substr(0, longest) + "...");
}

// Returns the path of what was set, with the names of elements where they have some.
std::string apply(Json& document, const std::string& setting) {
  const std::string where = shown(setting);
  const auto equals = setting.find('=');
  if (equals == 0 || equals == setting.npos) Place{where}.fail("PATH=VALUE such as raft.heartbeat=20ms", "no PATH=");
  if (!is_utf8(setting)) Place{where}.fail("UTF-8", "something else");
  const Json value = json::setting_value(setting.substr(equals + 1));

  Json* here = &document;
  Place place{where};
  std::string_view path = std::string_view(setting).substr(0, equals);
  while (true) {
    const auto dot = path.find('.');
    const std::string_view step = path.substr(0, dot);
    if (step.empty()) Place{where}.fail("a name between the dots of the path", "nothing");
    std::tie(here, place) = descend(*here, step, place);
    if (dot == path.npos) break;
    path.remove_prefix(dot + 1);
  }
  *here = value;
  return place.path;
}

struct Changed {
  Json document;
  std::vector<std::string> paths;  // of each setting
};

Changed changed(std::string_view text, std::string_view origin, std::span<const std::string> settings) {
  Changed result{json::parse(text, origin), {}};
  if (!result.document.is_object()) Place{origin}.fail("an object", json::brief(result.document));
  for (const std::string& setting : settings) result.paths.push_back(apply(result.document, setting));
  return result;
}

bool is_in(std::string_view path, std::string_view container) {
  return path.starts_with(container) && (path.size() == container.size() || path[container.size()] == '.');
}

// The problem as one of the settings: of those that set what it is about, or else of all.
BadScenario blamed_on(std::span<const std::string> settings, const std::vector<std::string>& paths,
                      const BadScenario& problem) {
  std::string all;
  std::string concerned;
  bool says_path = false;
  for (std::size_t i = 0; i < settings.size(); ++i) {
    const auto append = [&](std::string& list) { list += (list.empty() ? "" : ", ") + shown(settings[i]); };
    append(all);
    if (!is_in(problem.about, paths[i]) && !is_in(paths[i], problem.about)) continue;
    append(concerned);
    says_path = paths[i] == problem.path;
  }
  BadScenario result = problem;
  result.origin = concerned.empty() ? all : concerned;
  if (says_path) result.path.clear();
  return result;
}

}  // namespace

std::string with_settings(std::string_view text, std::string_view origin, std::span<const std::string> settings) {
  return json::pretty(changed(text, origin, settings).document);
}

Scenario scenario_with_settings(std::string_view text, std::string_view origin, std::span<const std::string> settings) {
  const Changed result = changed(text, origin, settings);
  try {
    return scenario_from_json(json::pretty(result.document), origin);
  } catch (const ScenarioError& error) {
    if (settings.empty()) throw;
    (void)scenario_from_json(text, origin);  // throws when the text has a fault of its own
    throw ScenarioError(blamed_on(settings, result.paths, error.problem()));
  }
}

}  // namespace raftsim::scenarios
