#include "scenarios/json/fields.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "scenarios/nearest.hpp"

namespace raftsim::scenarios::json {

Fields::Fields(const Json& object, Place place) : source_(&object), place_(std::move(place)) {
  if (!object.is_object()) place_.fail("an object", brief(object));
}

Fields::Fields(Json& object) : target_(&object) { object = Json::object(); }

Fields::Fields(Schema schema) : target_(&schema.json), definitions_(&schema.definitions) {
  schema.is(R"({"type": "object", "additionalProperties": false, "properties": {}})");
}

const Json* Fields::find(std::string_view key) {
  known_.push_back(key);
  const auto found = source_->find(key);
  return found == source_->end() ? nullptr : &*found;
}

const Json* Fields::find_list(std::string_view key) {
  const Json* found = find(key);
  if (found != nullptr && !found->is_array()) place_.at(key).fail("a list", brief(*found));
  return found;
}

void Fields::miss_unless_present(std::string_view key, std::string_view why) {
  if (defines() && cases_.empty()) (*target_)["required"].push_back(key);
  if (source_ == nullptr || source_->contains(key) || problem_) return;
  problem_ = BadScenario{std::string(place_.origin), place_.path,
                         "expected the key \"" + std::string(key) + "\": " + std::string(why) + ", found none",
                         place_.at(key).path};
}

void Fields::rest(std::string& text) {
  if (defines()) {
    (*target_)["additionalProperties"] = true;
  } else if (writes()) {
    const Json others = Json::parse(text);
    for (const auto& [key, value] : others.items()) slot(key) = value;
  } else {
    Json others = Json::object();
    for (const auto& [key, value] : source_->items()) {
      if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
      others[key] = value;
      known_.push_back(key);
    }
    text = others.dump();
  }
}

void Fields::require(bool holds, std::string_view key, std::string_view expected, std::string_view found) {
  if (source_ == nullptr || holds || problem_) return;
  const Place place = key.empty() ? place_ : place_.at(key);
  const Json* value = key.empty() ? source_ : source_->contains(key) ? &*source_->find(key) : nullptr;
  const std::string shown = !found.empty() ? std::string(found) : value != nullptr ? brief(*value) : "its default";
  problem_ = BadScenario{std::string(place.origin), place.path,
                         "expected " + std::string(expected) + ", found " + shown, place.path};
}

void Fields::finish() const {
  for (const auto& [key, value] : source_->items()) {
    if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
    throw ScenarioError(
        BadScenario{std::string(place_.origin), place_.path, unknown("key", key, known_, '"'), place_.at(key).path});
  }
  if (problem_) throw ScenarioError(*problem_);
}

bool Fields::has_keys() const { return source_ != nullptr && !source_->empty(); }

bool Fields::has(std::string_view key) const { return source_ != nullptr && source_->contains(key); }

std::vector<std::string> Fields::keys() const {
  std::vector<std::string> result;
  if (source_ == nullptr) return result;
  for (const auto& [key, value] : source_->items()) result.push_back(key);
  return result;
}

void Fields::never_empty() {
  if (defines()) (*target_)["minProperties"] = 1;
}

Json& Fields::slot(std::string_view key) { return (*target_)[std::string(key)]; }

Json& Fields::empty_list(std::string_view key) { return slot(key) = Json::array(); }
Json& Fields::append(Json& list) { return list.emplace_back(); }
std::size_t Fields::size_of(const Json& list) { return list.size(); }
const Json& Fields::element(const Json& list, std::size_t index) { return list[index]; }

Schema Fields::property(std::string_view key) {
  Json& property = (*target_)["properties"][std::string(key)];
  explained_ = property.is_null() ? "" : property["description"].get<std::string>();
  property = nullptr;
  return {property, *definitions_};
}

Schema Fields::items_of(std::string_view key) {
  const Schema list = property(key);
  list.is(R"({"type": "array", "items": null})");
  return {list.json["items"], *definitions_};
}

Schema Fields::any_key() {
  never_empty();
  target_->erase("properties");
  Json& value = (*target_)["additionalProperties"] = nullptr;
  return {value, *definitions_};
}

void Fields::enter_case(std::string_view name) {
  if (defines()) cases_.push_back(name);
}

void Fields::leave_case() {
  if (defines()) cases_.pop_back();
}

void Fields::explain(std::string_view key, std::string_view about) {
  std::string text;
  for (const auto name : cases_) {
    if (!name.empty()) text += (text.empty() ? "" : ", ") + std::string(name);
  }
  text += (text.empty() ? "" : ": ") + std::string(about);
  if (explained_.empty()) {
    explained_ = text;
  } else if (explained_.find(text) == explained_.npos) {
    explained_ += "; " + text;
  }
  Schema{(*target_)["properties"][std::string(key)], *definitions_}.say("description", explained_);
}

void Fields::define_object(Schema schema, std::string_view type, const std::function<void(Fields&)>& describe) {
  const auto define = [&](Schema object) {
    Fields fields(object);
    describe(fields);
  };
  if (type.empty()) {
    define(schema);
  } else {
    schema.is_a(type, define);
  }
}

}  // namespace raftsim::scenarios::json
