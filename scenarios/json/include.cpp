#include "scenarios/include.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "scenarios/json/document.hpp"

namespace raftsim::scenarios {

namespace {

using json::Json;
using json::Place;

constexpr std::string_view include_key = "include";

bool has_name(const Json& value) { return value.is_object() && value.contains("name") && value["name"].is_string(); }

bool are_named(const Json& list) { return list.is_array() && std::all_of(list.begin(), list.end(), has_name); }

void merge(Json& base, const Json& change);

void merge_named(Json& base, const Json& change) {
  for (const Json& item : change) {
    const auto same =
        std::find_if(base.begin(), base.end(), [&](const Json& other) { return other["name"] == item["name"]; });
    if (same == base.end()) {
      base.push_back(item);
    } else {
      merge(*same, item);
    }
  }
}

void merge(Json& base, const Json& change) {
  if (are_named(base) && are_named(change)) return merge_named(base, change);
  if (!base.is_object() || !change.is_object()) {
    base = change;
    return;
  }
  for (const auto& [key, value] : change.items()) {
    if (value.is_null()) {
      base.erase(key);
    } else if (base.contains(key)) {
      merge(base[key], value);
    } else {
      base[key] = value;
    }
  }
}

class Includes {
 public:
  explicit Includes(const FindScenario& find) : find_(find) {}

  Json resolved(const ScenarioText& text) {
    Json document = json::parse(text.json, text.origin);
    under_way_.push_back(text.origin);
    if (!document.is_object() || !document.contains(include_key)) return document;
    const Json what = document[std::string(include_key)];
    document.erase(std::string(include_key));
    const Place place{text.origin, std::string(include_key)};
    if (!what.is_string()) place.fail("the name or the path of one scenario", json::brief(what));
    const ScenarioText included = find_(what.get<std::string>(), text.origin);
    refuse_circle(place, included.origin);
    Json base = resolved(included);
    if (!base.is_object()) Place{included.origin}.fail("an object", json::brief(base));
    merge(base, document);
    return base;
  }

  // "mine.json, including base.json"
  [[nodiscard]] std::string origin() const {
    std::string text = under_way_.front();
    for (std::size_t i = 1; i < under_way_.size(); ++i) text += (i == 1 ? ", including " : ", ") + under_way_[i];
    return text;
  }

 private:
  void refuse_circle(const Place& place, const std::string& origin) const {
    const auto first = std::find(under_way_.begin(), under_way_.end(), origin);
    if (first == under_way_.end()) return;
    std::string circle;
    for (auto file = first; file != under_way_.end(); ++file) circle += *file + " -> ";
    place.refuse("expected a file that does not include this one, found a circle: " + circle + origin);
  }

  const FindScenario& find_;
  std::vector<std::string> under_way_;  // each is included by the one before it
};

}  // namespace

ScenarioText with_includes(const ScenarioText& text, const FindScenario& find) {
  const Json document = json::parse(text.json, text.origin);
  if (!document.is_object() || !document.contains(include_key)) return text;
  Includes includes(find);
  const Json full = includes.resolved(text);
  return {includes.origin(), json::pretty(full)};
}

}  // namespace raftsim::scenarios
