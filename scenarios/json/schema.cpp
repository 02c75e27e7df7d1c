#include "scenarios/json/schema.hpp"

#include <nlohmann/json.hpp>

#include "scenarios/json/vocabulary.hpp"
#include "scenarios/scenario_json.hpp"

namespace raftsim::scenarios {

namespace json {

void Schema::is(std::string_view text) const { json = Json::parse(text); }

void Schema::is_a(std::string_view name, const std::function<void(Schema)>& define) const {
  json = Json{{"$ref", "#/definitions/" + std::string(name)}};
  const std::string key(name);
  if (definitions.contains(key)) return;
  definitions[key] = nullptr;  // it may refer to itself
  Json definition;
  define({definition, definitions});
  definitions[key] = std::move(definition);
}

void Schema::is_a(std::string_view name, std::string_view text) const {
  is_a(name, [&](Schema schema) { schema.is(text); });
}

Json Schema::part(const std::function<void(Schema)>& define) const {
  Json json;
  define({json, definitions});
  return json;
}

namespace {

// A file with an include says only what differs: of elements that have a name it may say the name alone. So what else
// has to be there is asked of other files, by what this returns.
Json demands_without_include(Json& root, Json& definitions) {
  Json demands{{"required", std::move(root["required"])}};
  root.erase("required");
  for (const auto& [key, property] : root["properties"].items()) {
    if (!property.contains("items")) continue;
    Json* item = &property["items"];
    if (item->contains("$ref"))
      item = &definitions[Json::json_pointer((*item)["$ref"].get<std::string>().substr(1)).back()];
    if (!item->contains("required") || item->at("required").front() != "name" || item->at("required").size() == 1)
      continue;
    demands["properties"][key]["items"]["required"] = item->at("required");
    item->at("required") = {"name"};
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
  json::Json definitions = json::Json::object();
  json::Fields fields(json::Schema{root, definitions});
  json::describe_include(fields);
  json::describe(fields, widest);
  const json::Json demands = json::demands_without_include(root, definitions);
  json::Json schema{
      {"$schema", "http://json-schema.org/draft-07/schema#"},
      {"title", "A raftsim scenario"},
      {"description",
       "Everything about a run but its seed. The program itself checks more than a schema can say: order of bounds, "
       "distinct names, servers that exist. It prints this schema: raftsim scenarios --schema."},
      {"anyOf", json::Json::array({demands, {{"required", {"include"}}}})}};
  schema.update(root);
  schema["definitions"] = std::move(definitions);
  return json::pretty(schema);
}

}  // namespace raftsim::scenarios
