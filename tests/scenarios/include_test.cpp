// Somebody has a scenario that finds their bug, and wants it with a slower disk, without a copy of the file.
#include "scenarios/include.hpp"

#include <map>
#include <stdexcept>

#include "catch.hpp"
#include "scenarios/scenario_json.hpp"

using namespace raftsim;
using namespace raftsim::scenarios;
using namespace std::chrono_literals;

namespace {

using Files = std::map<std::string, std::string>;

ScenarioText text_with(const Files& files, const std::string& first = "mine.json") {
  const auto find = [&](const std::string& name, const std::string& from) -> ScenarioText {
    if (!files.contains(name)) throw std::runtime_error(from + ": include: there is no " + name);
    return {name, files.at(name)};
  };
  return with_includes({first, files.at(first)}, find);
}

Scenario scenario_with(const Files& files) {
  const ScenarioText text = text_with(files);
  return scenario_from_json(text.json, text.origin);
}

std::string problem_with(const Files& files) {
  try {
    (void)scenario_with(files);
  } catch (const std::exception& problem) {
    return problem.what();
  }
  return "";
}

constexpr const char* base = R"({"name": "base", "cluster": {"servers": 3}, "disk": {"fsync": "1ms", "latency": "10us"},
  "faults": [{"name": "crash", "kind": "crash", "every": "2s", "lasts": "1s"},
             {"name": "slow", "kind": "slow-disk", "every": "5s", "lasts": "1s"}],
  "without": ["match-truth", "log-matching"]})";

}  // namespace

TEST_CASE("A text that includes nothing stays as it is, byte for byte", "[include]") {
  CHECK(text_with({{"mine.json", base}}).json == base);
  CHECK(text_with({{"mine.json", base}}).origin == "mine.json");
}

TEST_CASE("A scenario is another one but for what it says", "[include]") {
  const Scenario mine = scenario_with({{"base.json", base}, {"mine.json", R"({"include": "base.json", "name": "mine",
    "disk": {"fsync": "20ms"}})"}});
  CHECK(mine.name == "mine");
  CHECK(mine.servers == 3);
  CHECK(mine.disk.fsync_latency == sim::Distribution::fixed(20ms));
  CHECK(mine.disk.latency == sim::Distribution::fixed(10us));
  CHECK(mine.faults.size() == 2);
}

TEST_CASE("Faults are merged by name, and new ones are appended", "[include]") {
  const Scenario mine = scenario_with({{"base.json", base}, {"mine.json", R"({"include": "base.json", "faults": [
    {"name": "slow", "every": "3s"}, {"name": "stop", "kind": "pause", "every": "1s", "lasts": "100ms"}]})"}});
  REQUIRE(mine.faults.size() == 3);
  CHECK(mine.faults[0].every == sim::Distribution::fixed(2s));
  CHECK(mine.faults[1].every == sim::Distribution::fixed(3s));
  CHECK(mine.faults[1].lasts == sim::Distribution::fixed(1s));
  CHECK(mine.faults[2].name == "stop");
}

TEST_CASE("Any other list takes the place of the one before, and null leaves a key at its default", "[include]") {
  const Scenario mine = scenario_with({{"base.json", base}, {"mine.json", R"({"include": "base.json",
    "without": ["vote-once"], "faults": null, "disk": {"fsync": null}})"}});
  CHECK(mine.without == std::vector<std::string>{"vote-once"});
  CHECK(mine.faults.empty());
  CHECK(mine.disk.fsync_latency == Scenario{}.disk.fsync_latency);
  CHECK(mine.disk.latency == sim::Distribution::fixed(10us));
}

TEST_CASE("An included file may include another", "[include]") {
  const Files files{{"base.json", base},
                    {"five.json", R"({"include": "base.json", "cluster": {"servers": 5}})"},
                    {"mine.json", R"({"include": "five.json", "name": "mine"})"}};
  CHECK(scenario_with(files).servers == 5);
  CHECK(scenario_with(files).disk.fsync_latency == sim::Distribution::fixed(1ms));
}

TEST_CASE("What is wrong with an include is one line that names the file", "[include]") {
  CHECK(problem_with({{"mine.json", R"({"include": 3})"}}) ==
        "mine.json: include: expected the name or the path of one scenario, found 3");
  CHECK(problem_with({{"mine.json", R"({"include": "bse.json"})"}}) == "mine.json: include: there is no bse.json");
  CHECK(problem_with({{"mine.json", R"({"include": "mine.json"})"}}) ==
        "mine.json: include: expected a file that does not include this one, found a circle: mine.json -> mine.json");
  CHECK(problem_with({{"mine.json", R"({"include": "a.json"})"},
                      {"a.json", R"({"include": "b.json"})"},
                      {"b.json", R"({"include": "a.json"})"}}) ==
        "b.json: include: expected a file that does not include this one, found a circle: a.json -> b.json -> a.json");
  CHECK(problem_with({{"mine.json", R"({"include": "a.json"})"}, {"a.json", "[]"}}) ==
        "a.json: expected an object, found []");
  // A value that is wrong may be in either.
  CHECK(problem_with({{"mine.json", R"({"include": "base.json", "disk": {"fsync": 3}})"}, {"base.json", base}})
            .starts_with("mine.json, including base.json: disk.fsync: expected "));
}
