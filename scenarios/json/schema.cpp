#include "scenarios/json/schema.hpp"

#include <nlohmann/json.hpp>

#include "scenarios/json/vocabulary.hpp"
#include "scenarios/scenario_json.hpp"

namespace raftsim::scenarios {

namespace json {

void Schema::is(std::string_view text) const { json = Json::parse(text); }

void Schema::is_a(std::string_view name, const Define& define) const {
  const std::string key(name);
  json["$ref"] = "#/definitions/" + key;
  if (definitions.contains(key)) return;
  definitions[key] = nullptr;  // it may refer to itself
  Json definition;
  define({definition, definitions});
  definitions[key] = std::move(definition);
}

void Schema::is_a(std::string_view name, std::string_view text) const {
  is_a(name, [&](Schema schema) { schema.is(text); });
}

void Schema::is_integer(std::int64_t min, std::uint64_t max) const {
  json["type"] = "integer";
  json["minimum"] = min;
  json["maximum"] = max;
}

void Schema::is_one_of(std::span<const std::string_view> words) const {
  for (const auto word : words) json["enum"].push_back(std::string(word));
}

void Schema::is_list_of(const Define& define, std::size_t min, std::size_t max) const {
  json["type"] = "array";
  Json item;
  define({item, definitions});
  json["items"] = std::move(item);
  if (min > 0) json["minItems"] = min;
  if (max != unlimited) json["maxItems"] = max;
}

void Schema::is_any_of(std::initializer_list<Define> alternatives) const {
  for (const auto& define : alternatives) {
    Json alternative;
    define({alternative, definitions});
    json["anyOf"].push_back(std::move(alternative));
  }
}

void Schema::say(const char* keyword, const Json& value) const {
  if (json.contains("$ref")) {  // what stands beside it does not count
    Json reference = std::move(json);
    json = Json();
    json["allOf"].push_back(std::move(reference));
  }
  json[keyword] = value;
}

namespace {

// A file with an include says only what differs: of elements that have a name it may say the name alone. So what else
// has to be there is asked of other files, by what this returns.
Json demands_without_include(Json& root, Json& definitions) {
  Json demands;
  demands["required"] = std::move(root["required"]);
  root.erase("required");
  for (const char* key : {"faults", "rules", "switches"}) {
    Json* item = &root["properties"][key]["items"];
    if (item->contains("$ref")) {
      const auto reference = (*item)["$ref"].get<std::string>();
      item = &definitions[reference.substr(reference.rfind('/') + 1)];
    }
    Json& required = (*item)["required"];
    demands["properties"][key]["items"]["required"] = required;
    required = Json::parse(R"(["name"])");
  }
  return demands;
}

}  // namespace

}  // namespace json

std::string scenario_schema() {
  Scenario widest;  // bounds that depend on another key are as wide as they can be
  widest.servers = json::most_servers;
  widest.workload.keys = json::most_keys;
  json::Json root;
  json::Json definitions;
  json::Fields fields(json::Schema{root, definitions});
  std::string included;
  fields("include", json::Text{included},
         "a scenario that this one is, but for what it says: a name, or a path relative to this file");
  json::describe(fields, widest);
  json::Json schema = json::Json::parse(R"json({
    "$schema": "http://json-schema.org/draft-07/schema#",
    "title": "A raftsim scenario",
    "description": "",
    "anyOf": [null, {"required": ["include"]}]})json");
  schema["description"] =
      "Everything about a run but its seed. The program itself checks more than a schema can say: order of bounds, "
      "distinct names, servers that exist. It prints this schema: raftsim scenarios --schema.";
  schema["anyOf"][0] = json::demands_without_include(root, definitions);
  for (const char* key : {"type", "additionalProperties", "properties"}) schema[key] = std::move(root[key]);
  schema["definitions"] = std::move(definitions);
  return json::pretty(schema);
}

}  // namespace raftsim::scenarios
