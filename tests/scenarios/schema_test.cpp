// The schema tells editors what the program accepts; it must not tell them something else.
#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "json_schema.hpp"
#include "scenarios/scenario_json.hpp"
#include "shipped.hpp"

using namespace raftsim::scenarios;

namespace {

const nlohmann::json& schema_text() {
  static const nlohmann::json text =
      nlohmann::json::parse(shipped::text_of(shipped::folder / "schema" / "scenario.schema.json"));
  return text;
}

// What the schema has against `document`; empty when nothing.
std::string objections_to(const nlohmann::json& document) { return raftsim::tests::objection(schema_text(), document); }

// Every key that the schema has a word for.
void collect_keys(const nlohmann::json& schema, std::vector<std::string>& keys) {
  if (schema.is_object() && schema.contains("properties")) {
    for (const auto& [key, value] : schema["properties"].items()) keys.push_back(key);
  }
  for (const nlohmann::json& part : schema) {
    if (part.is_structured()) collect_keys(part, keys);
  }
}

}  // namespace

TEST_CASE("The schema accepts every shipped scenario, as it is and in full") {
  for (const auto& file : shipped::scenario_files()) {
    CAPTURE(file.name);
    CHECK(objections_to(nlohmann::json::parse(file.text)) == "");
    CHECK(objections_to(nlohmann::json::parse(to_json(scenario_from_json(file.text, file.name)))) == "");
  }
}

TEST_CASE("The schema knows the keys that the program knows, and no others") {
  // Here the program's keys are in the schema, which refuses those that it does not know ...
  const std::string full = to_json(scenario_from_json(shipped::every_key, "x.json"));
  CHECK(objections_to(nlohmann::json::parse(shipped::every_key)) == "");
  CHECK(objections_to(nlohmann::json::parse(full)) == "");
  // ... and here the schema's keys are in what the program writes.
  std::vector<std::string> keys;
  collect_keys(schema_text(), keys);
  CHECK(keys.size() > 50);
  // Other ways to say a distribution: what is written is the mix that they stand for.
  for (const char* read_only : {"quantiles", "tail", "each", "drift_permille"}) std::erase(keys, read_only);
  for (const std::string& key : keys) {
    CAPTURE(key);
    CHECK(full.find('"' + key + "\":") != std::string::npos);
  }
}

TEST_CASE("The schema refuses what the program refuses") {
  for (const char* text : {
           R"({})",
           R"({"name": "a b"})",
           R"({"name": "x", "rft": {}})",
           R"({"name": "x", "raft": {"hartbeat": "1ms"}})",
           R"({"name": "x", "raft": {"heartbeat": 50}})",
           R"({"name": "x", "raft": {"persistence": {"mode": "apend"}}})",
           R"({"name": "x", "network": {"links": {"loss": 0.01}}})",
           R"({"name": "x", "network": {"links": {"delay": ["1ms"]}}})",
           R"({"name": "x", "network": {"overrides": [{"from": "server 1"}]}})",
           R"({"name": "x", "cluster": {"servers": 0}})",
           R"({"name": "x", "clocks": {"drift_permille": 501}})",
           R"({"name": "x", "clocks": {"drift_permille": [1]}})",
           R"({"name": "x", "faults": [{"name": "f"}]})",
           R"({"name": "x", "faults": [{"name": "f", "kind": "messages", "match": {"kind": "Append"}}]})",
       }) {
    CAPTURE(text);
    CHECK(objections_to(nlohmann::json::parse(text)) != "");
    CHECK_THROWS_AS(scenario_from_json(text, "x.json"), ScenarioError);
  }
}
