// --set PATH=VALUE: changes a document before it is read. It knows nothing of the vocabulary but that elements of a
// list may have names; whether a key exists and a value fits is found when the result is read.
#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "scenarios/json/document.hpp"
#include "scenarios/json/values.hpp"
#include "scenarios/scenario_json.hpp"

namespace raftsim::scenarios {

namespace {

using json::Json;
using json::Place;

// The element that `step` names, by its name or its number.
Json& element(Json& list, std::string_view step, const Place& place) {
  for (Json& item : list) {
    if (item.is_object() && item.contains("name") && item["name"] == step) return item;
  }
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(step.data(), step.data() + step.size(), index);
  if (error == std::errc{} && end == step.data() + step.size() && index < list.size()) return list[index];

  std::vector<std::string_view> names;
  for (const Json& item : list) {
    if (item.is_object() && item.contains("name") && item["name"].is_string()) {
      names.push_back(item["name"].get_ref<const std::string&>());
    }
  }
  if (list.empty()) place.fail("an element of an empty list (set the whole list)", json::brief(Json(step)));
  const std::string numbers = "a number from 0 to " + std::to_string(list.size() - 1);
  place.fail(names.empty() ? numbers : "one of " + json::listed(names) + ", or " + numbers,
             json::with_nearest(step, names));
}

// One step down. What an object does not have yet is made.
Json& descend(Json& value, std::string_view step, const Place& place) {
  if (value.is_null()) value = Json::object();
  if (value.is_object()) return value[std::string(step)];
  if (value.is_array()) return element(value, step, place);
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

void apply(Json& document, const std::string& setting, std::string_view origin) {
  const std::string where = "--set " + setting;
  const auto equals = setting.find('=');
  if (equals == 0 || equals == setting.npos) Place{where}.fail("PATH=VALUE such as raft.heartbeat=20ms", "no PATH=");
  if (!is_utf8(setting)) Place{where}.fail("UTF-8", "something else");
  const Json value = json::setting_value(setting.substr(equals + 1));

  Json* here = &document;
  Place place{origin};
  std::string_view path = std::string_view(setting).substr(0, equals);
  while (true) {
    const auto dot = path.find('.');
    const std::string_view step = path.substr(0, dot);
    if (step.empty()) Place{where}.fail("a name between the dots of the path", "nothing");
    here = &descend(*here, step, place);
    place = place.at(step);
    if (dot == path.npos) break;
    path.remove_prefix(dot + 1);
  }
  *here = value;
}

}  // namespace

std::string with_settings(std::string_view text, std::string_view origin, std::span<const std::string> settings) {
  Json document = json::parse(text, origin);
  if (!document.is_object()) Place{origin}.fail("an object", json::brief(document));
  for (const std::string& setting : settings) apply(document, setting, origin);
  return json::pretty(document);
}

}  // namespace raftsim::scenarios
