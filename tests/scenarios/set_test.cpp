// --set PATH=VALUE asks "what if" of a scenario without a new file.
#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "scenarios/scenario_json.hpp"
#include "shipped.hpp"

using namespace raftsim;
using namespace raftsim::scenarios;
using namespace std::chrono_literals;

namespace {

constexpr const char* two_faults = R"({
  "name": "x",
  "network": {"overrides": [{"from": "S1", "loss": "1/10"}]},
  "faults": [
    {"name": "leader-crash", "kind": "crash", "target": "leader", "every": "1s", "lasts": "1s"},
    {"name": "pause", "kind": "pause", "every": "2s", "lasts": "1s"}
  ]
})";

Scenario changed(const std::vector<std::string>& settings) {
  return scenario_with_settings(two_faults, "x.json", settings);
}

std::string complaint_about_settings(const std::vector<std::string>& settings) {
  try {
    (void)changed(settings);
    return "nothing";
  } catch (const ScenarioError& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("A setting changes what its path names and nothing else") {
  Scenario expected = changed({});
  CHECK(expected == scenario_from_json(two_faults, "x.json"));

  expected.faults[0].every = sim::Distribution::fixed(300ms);
  CHECK(changed({"faults.leader-crash.every=300ms"}) == expected);
  CHECK(changed({"faults.0.every=300ms"}) == expected);
  CHECK(changed({"faults.0.every=\"300ms\""}) == expected);
}

TEST_CASE("A value is JSON if it reads as JSON, and a string otherwise") {
  CHECK(changed({"raft.pre_vote=false"}).raft.pre_vote == false);
  CHECK(changed({"cluster.servers=7"}).servers == 7);
  CHECK(changed({"raft.heartbeat=1ms"}).raft.heartbeat_interval == 1ms);
  CHECK(changed({"raft.persistence.mode=rewrite"}).persistence.mode == core::PersistenceMode::rewrite);
  CHECK(changed({"network.links.loss=1/100"}).network.links.loss == sim::Ratio{1, 100});
  CHECK(changed({R"(workload.think_time=["1ms", "2ms"])"}).workload.think_time == sim::Distribution::uniform(1ms, 2ms));
  CHECK(changed({R"(raft={"heartbeat": "20ms"})"}).raft.heartbeat_interval == 20ms);
  CHECK(changed({"faults=[]"}).faults.empty());
  CHECK(changed({"summary=a = b"}).summary == "a = b");
}

TEST_CASE("Settings apply in order, and only the outcome has to make sense") {
  CHECK(changed({"raft.heartbeat=20ms", "raft.heartbeat=30ms"}).raft.heartbeat_interval == 30ms);
  // The first alone would be refused: a heartbeat above the election timeout.
  const Scenario slow = changed({"raft.heartbeat=400ms", R"(raft.election_timeout=["1s","2s"])"});
  CHECK(slow.raft.heartbeat_interval == 400ms);
}

TEST_CASE("What the file says of all links reaches the overrides as well") {
  const Scenario scenario = changed({"network.links.reorder=1/2"});
  CHECK(scenario.network.overrides.at(0).settings.reorder == sim::Ratio{1, 2});
  CHECK(scenario.network.overrides.at(0).settings.loss == sim::Ratio{1, 10});
  CHECK(changed({"network.overrides.0.loss=0"}).network.overrides.at(0).settings.loss == sim::Ratio{0, 1});
}

TEST_CASE("A setting that leads nowhere gets one line, which names the setting and not the file") {
  const std::vector<std::pair<std::string, std::string>> mistakes = {
      {"raft.hartbeat=1ms", R"(--set raft.hartbeat=1ms: raft: unknown key "hartbeat"; did you mean "heartbeat"?)"},
      {"cluster.colour=3", R"(--set cluster.colour=3: cluster: unknown key "colour". Available: servers, founders)"},
      {"raft.heartbeat=fast",
       "--set raft.heartbeat=fast: expected a duration such as \"150ms\" (a whole number and ns, us, ms, s or min; at "
       "most a day), found \"fast\""},
      {"raft={\"heartbeat\": 5}",
       "--set raft={\"heartbeat\": 5}: raft.heartbeat: expected a duration such as \"150ms\" (a whole number and ns, "
       "us, ms, s or min; at most a day), found 5"},
      {"faults.leader-crsh.every=1s",
       R"(--set faults.leader-crsh.every=1s: faults: unknown element "leader-crsh"; did you mean "leader-crash"?)"},
      {"faults.banana.every=1s",
       R"(--set faults.banana.every=1s: faults: unknown element "banana". Available: leader-crash, pause)"},
      {"faults.0.every=soon",
       "--set faults.0.every=soon: expected a duration such as \"150ms\" (a whole number and ns, us, ms, s or min; at "
       "most a day), found \"soon\""},
      {"faults.2.every=1s", R"(--set faults.2.every=1s: faults: expected a number from 0 to 1, found "2")"},
      {"network.overrides.1.loss=0",
       R"(--set network.overrides.1.loss=0: network.overrides: expected a number from 0 to 0, found "1")"},
      {"name.first=1", R"(--set name.first=1: name: expected an object or a list to set "first" in, found "x")"},
      {"switches.a.path=x", R"(--set switches.a.path=x: switches: expected a list, found {"a": {"path": "x"}})"},
      {"raft.heartbeat", "--set raft.heartbeat: expected PATH=VALUE such as raft.heartbeat=20ms, found no PATH="},
      {"=1", "--set =1: expected PATH=VALUE such as raft.heartbeat=20ms, found no PATH="},
      {"raft..heartbeat=1", "--set raft..heartbeat=1: expected a name between the dots of the path, found nothing"},
      {"raft.=1", "--set raft.=1: expected a name between the dots of the path, found nothing"},
      {"summary=\xff", "--set summary=\xff: expected UTF-8, found something else"},
      {"\xff=1", "--set \xff=1: expected UTF-8, found something else"},
  };
  for (const auto& [setting, complaint] : mistakes) {
    CAPTURE(setting);
    CHECK(complaint_about_settings({setting}) == complaint);
  }
}

TEST_CASE("Of several settings the one that is wrong is named, and all when only together they are") {
  CHECK(complaint_about_settings({"cluster.servers=3", "raft.hartbeat=1ms"}) ==
        R"(--set raft.hartbeat=1ms: raft: unknown key "hartbeat"; did you mean "heartbeat"?)");
  // Nothing was said of the election timeout, which is now too short.
  CHECK(complaint_about_settings({"cluster.servers=3", "raft.heartbeat=200ms"}) ==
        "--set cluster.servers=3, --set raft.heartbeat=200ms: raft.election_timeout: expected more than the heartbeat, "
        "or followers time out between two of them, found its default");
}

TEST_CASE("A file that is wrong by itself is blamed, whatever is set") {
  try {
    (void)scenario_with_settings(R"({"name": "x", "rft": {}})", "x.json",
                                 std::vector<std::string>{"cluster.servers=3"});
    FAIL("it was accepted");
  } catch (const ScenarioError& error) {
    CHECK(std::string(error.what()) == R"(x.json: unknown key "rft"; did you mean "raft"?)");
  }
}

TEST_CASE("The switches of every shipped scenario can be set, and begin with what the scenario has") {
  for (const auto& file : shipped::scenario_files()) {
    const Scenario scenario = scenario_from_json(file.text, file.name);
    for (const Switch& question : scenario.switches) {
      CAPTURE(file.name, question.name);
      CHECK_FALSE(question.why.empty());
      for (const std::string& value : question.values) {
        const std::vector<std::string> setting{question.path + "=" + value};
        const Scenario set = scenario_with_settings(file.text, file.name, setting);
        CHECK((set == scenario) == (value == question.values.front()));
      }
    }
  }
}
