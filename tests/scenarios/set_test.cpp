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
  return scenario_from_json(with_settings(two_faults, "x.json", settings), "x.json");
}

std::string complaint_about(const std::string& setting) {
  try {
    (void)changed({setting});
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

TEST_CASE("A setting that leads nowhere gets one line") {
  const std::vector<std::pair<std::string, std::string>> mistakes = {
      {"raft.hartbeat=1ms",
       "x.json: raft: expected one of the keys heartbeat, election_timeout, pre_vote, check_quorum, leader_stickiness, "
       "backtracking, stale_ack_guard, send_on, max_inflight_messages, max_inflight_bytes, max_entries_per_message, "
       "max_bytes_per_message, resend_after, max_uncommitted_bytes, transfer_timeout, learners_first, lease_reads, "
       "max_clock_drift_permille, max_waiting_reads, mutations, snapshots, persistence, found \"hartbeat\" (did you "
       "mean "
       "\"heartbeat\"?)"},
      {"raft.heartbeat=fast",
       "x.json: raft.heartbeat: expected a duration such as \"150ms\" (a whole number and ns, us, ms, s or min; at "
       "most a "
       "day), found \"fast\""},
      {"faults.leader-crsh.every=1s",
       "x.json: faults: expected one of leader-crash, pause, or a number from 0 to 1, found \"leader-crsh\" (did you "
       "mean "
       "\"leader-crash\"?)"},
      {"faults.2.every=1s",
       "x.json: faults: expected one of leader-crash, pause, or a number from 0 to 1, found \"2\""},
      {"network.overrides.1.loss=0", "x.json: network.overrides: expected a number from 0 to 0, found \"1\""},
      {"name.first=1", R"(x.json: name: expected an object or a list to set "first" in, found "x")"},
      {"switches.a.path=x", "x.json: switches: expected a list, found {\"a\": {\"path\": \"x\"}}"},
      {"raft.heartbeat", "--set raft.heartbeat: expected PATH=VALUE such as raft.heartbeat=20ms, found no PATH="},
      {"=1", "--set =1: expected PATH=VALUE such as raft.heartbeat=20ms, found no PATH="},
      {"raft..heartbeat=1", "--set raft..heartbeat=1: expected a name between the dots of the path, found nothing"},
      {"raft.=1", "--set raft.=1: expected a name between the dots of the path, found nothing"},
      {"summary=\xff", "--set summary=\xff: expected UTF-8, found something else"},
      {"\xff=1", "--set \xff=1: expected UTF-8, found something else"},
  };
  for (const auto& [setting, complaint] : mistakes) {
    CAPTURE(setting);
    CHECK(complaint_about(setting) == complaint);
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
        const Scenario set = scenario_from_json(with_settings(file.text, file.name, setting), file.name);
        CHECK((set == scenario) == (value == question.values.front()));
      }
    }
  }
}
