// What a scenario file leaves out has a default, whether the key is missing, or its object empty or half filled. The
// defaults are good ones: a calm cluster is not blamed.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "scenarios/cluster/run.hpp"
#include "scenarios/scenario_json.hpp"
#include "shipped.hpp"

using namespace raftsim;
using namespace raftsim::scenarios;
using nlohmann::json;

namespace {

Scenario read(const std::string& members) { return scenario_from_json(R"({"name": "x", )" + members + "}", "x.json"); }

// An object of the vocabulary, with every key that it has.
struct Place {
  std::string path;  // "/raft/snapshots", "/faults/0/match"
  json object;
  json around;  // the smallest scenario that has a place for it

  // What the program makes of that scenario with `value` at this place; without the object when it is null.
  [[nodiscard]] json read_with(const json& value) const {
    json document = around;
    if (!value.is_null()) document[json::json_pointer(path)] = value;
    return json::parse(to_json(scenario_from_json(document.dump(), "x.json")));
  }
};

bool is_distribution(const json& value) { return value.is_object() && value.contains("mix"); }

void collect(const json& object, const std::string& path, const json& around, std::vector<Place>& places) {
  for (const auto& [key, value] : object.items()) {
    const std::string here = path + "/" + key;
    if (value.is_object() && !is_distribution(value)) {
      places.push_back({here, value, around});
      collect(value, here, around, places);
    }
    if (!value.is_array()) continue;
    for (const json& element : value) {
      if (!element.is_object()) continue;
      for (const auto& [inner_key, inner] : element.items()) {
        if (!inner.is_object() || is_distribution(inner)) continue;
        json alone = around;
        alone[key] = json::array({element});
        alone[key][0].erase(inner_key);
        places.push_back({here + "/0/" + inner_key, inner, alone});
      }
    }
  }
}

std::vector<Place> every_object() {
  std::vector<Place> places;
  json document = json::parse(shipped::every_key);
  // A step is nothing without what it does, and these are nothing without steps.
  document.erase("script");
  document.erase("rules");
  document["limits"].erase("log_bytes");
  // What servers hold is possible or not as a whole.
  document.erase("begin");
  // An administration needs all servers healed.
  collect(document, "", {{"name", "x"}, {"heal", "all"}}, places);
  return places;
}

bool holds_weights(const std::string& path) {
  return path == "/disk/crash" || path == "/workload/operations" || path == "/workload/reads";
}

// What one key may change besides itself.
bool follows_from(const std::string& key, const json& change) {
  const std::string path = change["path"];
  if (key == "/cluster/servers") return path == "/cluster/founders";
  return key == "/disk/crash/garbage" && path == "/raft/persistence/align_to_sectors";
}

}  // namespace

TEST_CASE("A scenario needs nothing but a name: the rest is as in a scenario that nobody has touched") {
  Scenario quiet;
  quiet.name = "quiet";
  CHECK(scenario_from_json(R"({"name": "quiet"})", "quiet.json") == quiet);
  CHECK(scenario_from_json(to_json(quiet), "written") == quiet);
}

TEST_CASE("An object that says nothing is as good as none") {
  const auto places = every_object();
  CHECK(places.size() >= 18);
  for (const Place& place : places) {
    // Somebody who changes the configuration is there or not: to be there says something.
    if (place.path == "/administration") continue;
    CAPTURE(place.path);
    CHECK(place.read_with(json::object()) == place.read_with(nullptr));
  }
}

TEST_CASE("An object that gives one key changes that one and no other") {
  int changed_keys = 0;
  for (const Place& place : every_object()) {
    const json empty = place.read_with(json::object());
    for (const auto& [key, value] : place.object.items()) {
      const bool has_own_turn = value.is_object() && !is_distribution(value);
      const bool is_list_of_objects = value.is_array() && !value.empty() && value[0].is_object();
      if (has_own_turn || is_list_of_objects) continue;
      const std::string path = place.path + "/" + key;
      CAPTURE(path, value);
      const json one = place.read_with({{key, value}});
      CHECK(one[json::json_pointer(path)] != nullptr);
      bool changed = false;
      for (const json& change : json::diff(empty, one)) {
        const std::string changed_path = change["path"];
        // An object that is only written when there is something to say comes with its key.
        const bool comes_with_it =
            path == changed_path + "/" + key && change["value"] == json{{key, one.at(json::json_pointer(path))}};
        const bool itself = changed_path == path || changed_path.starts_with(path + "/") || comes_with_it;
        changed = changed || itself;
        if (itself || follows_from(path, change)) continue;
        // The other weights beside it are 0 now; see below.
        CAPTURE(change);
        CHECK((holds_weights(place.path) && changed_path.starts_with(place.path + "/") && change["value"] == 0));
      }
      if (changed) ++changed_keys;
    }
  }
  CHECK(changed_keys > 70);  // the scenario with every key has the default of very few
}

TEST_CASE("Of an object of weights that gives one, what is left out is 0") {
  const auto workload = [](const std::string& members) { return read(R"("workload": {)" + members + "}").workload; };
  CHECK(workload(R"("operations": {"get": 1})").operations == Workload::Operations{.get = 1, .put = 0});
  CHECK(workload(R"("operations": {"append": 3, "get": 2})").operations ==
        Workload::Operations{.get = 2, .put = 0, .append = 3});
  CHECK(workload(R"("reads": {"lease": 2})").reads == Workload::Reads{.log = 0, .lease = 2});
  const sim::DiskSettings disk = read(R"("disk": {"crash": {"old": 1}})").disk;
  CHECK(disk.weight_old == 1);
  CHECK(disk.weight_new + disk.weight_torn + disk.weight_garbage == 0);
}

TEST_CASE("A sector is never torn by a disk that is said to keep old sectors only") {
  const auto scenario =
      std::make_shared<const Scenario>(read(R"("disk": {"crash": {"old": 1}}, "workload": {"clients": 3},
              "faults": [{"name": "crash", "kind": "crash", "every": ["200ms", "500ms"], "lasts": "100ms"}])"));
  std::uint64_t old = 0;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    for (const Count& count : Run(scenario, seed).finish().statistics.faults) {
      if (count.name == "unsynced sectors that a crash left old") old += count.count;
      if (count.name.starts_with("unsynced sectors ") && !count.name.ends_with(" old")) CHECK(count.count == 0);
    }
  }
  CHECK(old > 0);
}

TEST_CASE("A calm cluster with every default is never blamed") {
  const auto scenario = std::make_shared<const Scenario>(scenario_from_json(R"({"name": "tiny"})", "tiny.json"));
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    CAPTURE(seed);
    const Outcome outcome = Run(scenario, seed).finish();
    CHECK((outcome.verdict ? outcome.verdict->checker + ": " + outcome.verdict->seen : "") == "");
    CHECK(outcome.statistics.acknowledged_commands > 50);
  }
}

TEST_CASE("A bound that is given is the one that holds, and the others keep their defaults") {
  const auto progress = read(R"("progress": {"leader_within": "1s"})").progress;
  CHECK(progress.leader_within == std::chrono::seconds(1));
  CHECK(progress.agreement_within == checkers::ProgressBounds{}.agreement_within);
  CHECK(progress.agreement_within > std::chrono::seconds(1));
}
