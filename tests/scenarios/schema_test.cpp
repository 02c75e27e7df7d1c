// The schema tells editors what the program accepts; it must not tell them something else.
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

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

// The schema and a scenario, read side by side.
class SideBySide {
 public:
  SideBySide(const nlohmann::json& schema, nlohmann::ordered_json scenario)
      : schema_(schema), scenario_(std::move(scenario)) {
    walk(schema_, scenario_);
  }

  // Of each object in the schema: the keys that the program says are available there, in any of the scenario's objects.
  [[nodiscard]] const std::map<const nlohmann::json*, std::set<std::string>>& available() const { return available_; }

 private:
  // What is behind references, and in a list of alternatives the one that has all keys of `value`.
  const nlohmann::json& resolved(const nlohmann::json& part, const nlohmann::ordered_json& value) const {
    if (part.contains("$ref")) {
      return resolved(schema_.at(nlohmann::json::json_pointer(part["$ref"].get<std::string>().substr(1))), value);
    }
    if (part.contains("allOf")) return resolved(part["allOf"][0], value);
    if (part.contains("properties") || !part.contains("anyOf")) return part;
    for (const auto& alternative : part["anyOf"]) {
      const auto& one = resolved(alternative, value);
      if (one.value("type", "") != value.type_name()) continue;
      const auto known = [&](const auto& item) {
        return !one.contains("properties") || one["properties"].contains(item.key());
      };
      bool all = true;
      for (const auto& item : value.items()) all = all && (value.is_array() || known(item));
      if (all) return one;
    }
    return part;
  }

  void walk(const nlohmann::json& part, nlohmann::ordered_json& value) {
    const auto& here = resolved(part, value);
    if (value.is_array() && here.contains("items")) {
      for (auto& item : value) walk(here["items"], item);
    }
    if (!value.is_object()) return;
    if (here.contains("properties")) ask(here, value);
    for (auto& [key, item] : value.items()) {
      if (here.contains("properties") && here["properties"].contains(key)) {
        walk(here["properties"][key], item);
      } else if (here.contains("additionalProperties") && here["additionalProperties"].is_object()) {
        walk(here["additionalProperties"], item);
      }
    }
  }

  // The program lists the keys that there are when it meets one that resembles none of them.
  void ask(const nlohmann::json& here, nlohmann::ordered_json& object) {
    object["@@@@@@"] = 0;
    std::string complaint;
    try {
      (void)scenario_from_json(scenario_.dump(), "x.json");
    } catch (const ScenarioError& error) {
      complaint = error.what();
    }
    object.erase("@@@@@@");
    constexpr std::string_view before = "unknown key \"@@@@@@\". Available: ";
    const auto at = complaint.find(before);
    if (at == complaint.npos) return;
    std::istringstream words(complaint.substr(at + before.size()));
    for (std::string word; words >> word;) available_[&here].insert(word.substr(0, word.find(',')));
  }

  const nlohmann::json& schema_;
  nlohmann::ordered_json scenario_;
  std::map<const nlohmann::json*, std::set<std::string>> available_;
};

// Calls visit(object) for each object of the schema that has keys, but for what it asks of the whole file.
void for_each_object(const nlohmann::json& part, const std::function<void(const nlohmann::json&)>& visit) {
  if (part.is_object() && part.contains("properties") && part.contains("type")) visit(part);
  for (const auto& inner : part) {
    if (inner.is_structured()) for_each_object(inner, visit);
  }
}

}  // namespace

TEST_CASE("The schema in the source tree is the one that the program prints") {
  INFO("rewrite it: tools/run scenarios --schema > scenarios/schema/scenario.schema.json");
  CHECK(shipped::text_of(shipped::folder / "schema" / "scenario.schema.json") == scenario_schema());
}

TEST_CASE("Each key has a description in the schema") {
  int keys = 0;
  for_each_object(schema_text(), [&](const nlohmann::json& object) {
    for (const auto& [key, property] : object["properties"].items()) {
      CAPTURE(key);
      CHECK(property.value("description", "").size() > 3);
      ++keys;
    }
  });
  CHECK(keys > 200);
}

TEST_CASE("In each object the schema has the keys that the program accepts there, and no others") {
  const SideBySide both(schema_text(), nlohmann::ordered_json::parse(shipped::every_key));
  int objects = 0;
  for_each_object(schema_text(), [&](const nlohmann::json& object) {
    std::set<std::string> keys;
    for (const auto& [key, property] : object["properties"].items()) keys.insert(key);
    keys.erase("include");  // is gone when the scenario is read
    CAPTURE(keys);
    // Distributions are read as values, not key by key; and each kind of server has other keys.
    if (keys.contains("mix") || keys.contains("weight") || keys.contains("quantiles") || keys.contains("tail")) return;
    if (object["additionalProperties"] == true) return;
    const auto found = both.available().find(&object);
    REQUIRE(found != both.available().end());
    CHECK(found->second == keys);
    ++objects;
  });
  CHECK(objects > 30);
}

TEST_CASE("A file with an include may leave out the kind of a fault that it changes") {
  const char* text = R"({"include": "leader-crash", "name": "x", "faults": [{"name": "leader-crash", "lasts": "1s"}]})";
  CHECK(objections_to(nlohmann::json::parse(text)) == "");
}

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
    if (key == "include") continue;  // is gone when the scenario is read
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
           R"({"name": "x", "begin": {"S1": {"log": "1y3"}}})",
           R"({"name": "x", "begin": {"S1": {"log": [0]}}})",
           R"({"name": "x", "begin": {"S1": {"votes": "S1"}}})",
           R"({"name": "x", "clocks": {"drift_permille": [1]}})",
           R"({"name": "x", "faults": [{"name": "f"}]})",
           R"({"name": "x", "faults": [{"name": "f", "kind": "messages", "match": {"kind": "Append"}}]})",
       }) {
    CAPTURE(text);
    CHECK(objections_to(nlohmann::json::parse(text)) != "");
    CHECK_THROWS_AS(scenario_from_json(text, "x.json"), ScenarioError);
  }
}
