// What the environment decides is named by what it is about, so that anything can be taken away, or answered otherwise,
// and the rest stays as it was. Shrinking a run and asking "what if?" both rest on that.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "catch.hpp"
#include "scenarios/builtin.hpp"
#include "scenarios/cluster/purposes.hpp"
#include "scenarios/cluster/run.hpp"
#include "scenarios/scenario_json.hpp"
#include "scenarios/shipped_runs.hpp"

namespace raftsim::tests {

using scenarios::Scenario;
using sim::Decision;
using sim::Override;

namespace {

// All that a run decides, by key.
std::vector<Decision> decisions_of(const Scenario& scenario, std::uint64_t seed,
                                   const std::vector<Override>& overrides = {}) {
  std::vector<Decision> decisions;
  outcome_of(std::make_shared<const Scenario>(scenario), seed,
             {.check = false, .overrides = overrides, .decisions = &decisions});
  std::sort(decisions.begin(), decisions.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
  return decisions;
}

std::string in_words(const sim::Key& key) {
  for (const auto& shape : scenarios::decision_shapes()) {
    if (shape.purpose == key.purpose) {
      return std::string(shape.name) + " who " + std::to_string(key.who) + " nth " + std::to_string(key.nth) +
             " item " + std::to_string(key.item);
    }
  }
  return "a decision without a name";
}

// The decisions that two runs both ask for and that differ in answer or distribution; those that were overridden apart.
struct Difference {
  std::size_t shared = 0;
  std::size_t others = 0;
  std::string first;
};
Difference difference(const std::vector<Decision>& one, const std::vector<Decision>& other,
                      const std::vector<Override>& overrides = {}) {
  Difference result;
  auto at = other.begin();
  for (const auto& decision : one) {
    while (at != other.end() && at->key < decision.key) ++at;
    if (at == other.end()) break;
    if (at->key != decision.key) continue;
    const bool overridden =
        std::any_of(overrides.begin(), overrides.end(), [&](const Override& each) { return each.key == decision.key; });
    if (overridden) continue;
    ++result.shared;
    if (*at == decision) continue;
    if (result.others++ == 0) {
      result.first = in_words(decision.key) + ": " + std::to_string(decision.answer) + " and " +
                     std::to_string(at->answer) +
                     (at->distribution == decision.distribution ? "" : ", from other distributions");
    }
  }
  return result;
}

// A variation of a scenario, or of what it decides.
struct Change {
  std::string what;
  Scenario scenario;
  std::vector<Override> overrides = {};
};

std::vector<Change> changes_of(const Scenario& scenario) {
  std::vector<Change> changes;
  const auto decided_otherwise = [&](const std::string& what, const sim::Key& key, std::uint64_t answer) {
    changes.push_back({what, scenario, {{key, answer}}});
  };
  for (std::size_t i = 0; i < scenario.faults.size(); ++i) {
    const auto& name = scenario.faults[i].name;
    const auto who = sim::key_of(name);
    auto fewer = scenario;
    fewer.faults.erase(fewer.faults.begin() + static_cast<std::ptrdiff_t>(i));
    changes.push_back({"without " + name, fewer});
    decided_otherwise(name + " off", {scenarios::swarm_purpose, who}, 0);
    decided_otherwise(name + " on", {scenarios::swarm_purpose, who}, 1);
    decided_otherwise("without the second strike of " + name, {scenarios::strike_purpose, who, 1}, 0);
  }
  auto reversed = scenario;
  std::reverse(reversed.faults.begin(), reversed.faults.end());
  changes.push_back({"faults in another order", reversed});
  decided_otherwise("without C1", {scenarios::client_purpose, scenario.servers}, 0);
  decided_otherwise("without the third operation of C1", {scenarios::command_purpose, scenario.servers, 3}, 0);
  if (scenario.administration) {
    decided_otherwise("without administration", {scenarios::swarm_purpose, sim::key_of(scenarios::administration_name)},
                      0);
    decided_otherwise("without the second change", {scenarios::admin_change_purpose, 0, 2}, 0);
  } else if (scenario.workload.clients > 1) {
    auto fewer = scenario;
    --fewer.workload.clients;
    changes.push_back({"a client less", fewer});
  }
  return changes;
}

void check_that_keys_hold(Scenario scenario) {
  scenario.chaos_ends = std::min(scenario.chaos_ends, sim::Duration(std::chrono::seconds(3)));
  for (const std::uint64_t seed : {1U, 2U}) {
    const auto before = decisions_of(scenario, seed);
    INFO(scenario.name << " seed " << seed);
    REQUIRE(before.size() > (scenario.script.empty() ? 1000U : 200U));  // a script is short
    const auto twice = std::adjacent_find(before.begin(), before.end(),
                                          [](const auto& a, const auto& b) { return a.key == b.key && a != b; });
    if (twice != before.end()) FAIL("two decisions have one name: " << in_words(twice->key));
    for (const auto& change : changes_of(scenario)) {
      const auto found = difference(before, decisions_of(change.scenario, seed, change.overrides), change.overrides);
      INFO(change.what << ": " << found.others << " of " << found.shared << " differ: " << found.first);
      CHECK(found.shared > 50);
      CHECK(found.others == 0);
    }
  }
}

// Every way in which a fault can say when it strikes, whom, and with what chance.
constexpr const char* every_way = R"({"name": "every-way", "chaos_ends": "3s", "swarm": "4/5", "faults": [
  {"name": "at", "kind": "crash", "target": ["S2", "S3"], "at": ["200ms", ["1s", "2s"]], "lasts": "100ms"},
  {"name": "at-and-every", "kind": "pause", "at": "500ms", "every": ["100ms", "300ms"], "times": 4, "lasts": "50ms"},
  {"name": "window", "kind": "partition", "target": "S1", "from": "1s", "until": "2500ms", "every": ["50ms", "200ms"],
   "chance": "1/2", "times": 6, "lasts": ["10ms", "60ms"]},
  {"name": "bridge", "kind": "partition", "shape": "bridge", "every": "250ms", "lasts": "90ms"},
  {"name": "ring", "kind": "partition", "shape": "majority-ring", "every": ["100ms", "500ms"], "lasts": "90ms"},
  {"name": "links", "kind": "partition", "links": [["S1", "S5"]], "every": ["100ms", "500ms"], "lasts": "300ms"},
  {"name": "starved", "kind": "pause", "runs": ["1ms", "9ms"], "waits": "20ms", "every": "700ms", "lasts": "200ms"},
  {"name": "clock", "kind": "clock", "jump": ["-200ms", "200ms"], "every": ["300ms", "900ms"], "lasts": "100ms"},
  {"name": "swizzle", "kind": "partition", "shape": "swizzle", "clogs": true, "every": "900ms", "lasts": "400ms"},
  {"name": "keep", "kind": "messages", "match": {"kind": "any-reply"}, "chance": "1/9", "action": "keep", "later": 2,
   "every": "300ms", "lasts": "100ms"},
  {"name": "sides", "kind": "partition", "sides": [["S1", "S2"], ["S4"]], "at": ["700ms", "800ms"]},
  {"name": "late-rule", "kind": "messages", "action": "hold", "delay": ["1ms", "90ms"], "chance": "1/5",
   "always": true, "from": "1s", "until": "2s"},
  {"name": "rule", "kind": "messages", "action": "drop", "chance": "1/3", "strike_chance": "1/2",
   "every": "200ms", "lasts": "100ms"}
]})";

}  // namespace

TEST_CASE("Faults that strike at a time, by chance, or so many times, are keyed like all others") {
  const auto scenario = scenarios::scenario_from_json(every_way, "every-way");
  const auto outcome = outcome_of(std::make_shared<const Scenario>(scenario), 1);
  CHECK_FALSE(outcome.verdict);
  std::uint64_t struck = 0;
  for (std::size_t fault = 0; fault < scenario.faults.size(); ++fault) {
    if (outcome.statistics.faults[fault].count > 0) ++struck;
  }
  CHECK(struck >= 7);  // swarm leaves some out
  check_that_keys_hold(scenario);
}

TEST_CASE("What streams decide is keyed by link, packet and attempt") {
  check_that_keys_hold(
      *shipped_scenario("broken-connections", {"network.links.loss=1/20", R"(network.links.extra=["0ms","20ms"])"}));
}

TEST_CASE("Take anything away: every decision that is still asked for has the answer it had", "[long]") {
  for (const auto& builtin : scenarios::builtin_scenarios()) {
    check_that_keys_hold(*shipped_scenario(builtin.name));
  }
}

// Regression: rules were keyed by the order in which they were put in force, and 38 packets held became 49.
TEST_CASE("A rule that never applies, in front of another one, changes nothing at all") {
  scenarios::Fault hold;
  hold.name = "hold";
  hold.kind = scenarios::Fault::Kind::messages;
  hold.rule.name = hold.name;
  hold.rule.chance = {1, 20};
  hold.rule.delay = sim::Distribution::uniform(sim::Duration(std::chrono::milliseconds(10)),
                                               sim::Duration(std::chrono::milliseconds(300)));
  hold.always = true;
  auto never = hold;
  never.name = never.rule.name = "never";
  never.rule.chance = {0, 1};
  const auto outcome = [&](std::vector<scenarios::Fault> faults) {
    auto scenario = *shipped_scenario("calm", {"chaos_ends=3s"});
    scenario.faults = std::move(faults);
    return outcome_of(std::make_shared<const Scenario>(scenario), 7);
  };
  const auto alone = outcome({hold});
  const auto in_front = outcome({never, hold});
  const auto behind = outcome({hold, never});
  CHECK(alone.fingerprint == in_front.fingerprint);
  CHECK(alone.fingerprint == behind.fingerprint);
  CHECK(alone.statistics.faults[0].count > 10);
  CHECK(in_front.statistics.faults[0].count == 0);
  CHECK(in_front.statistics.faults[1].count == alone.statistics.faults[0].count);
}

TEST_CASE("What a run decided, handed to another seed, makes the same run of it") {
  const auto scenario = shipped_scenario("crash-once", {"chaos_ends=3s"});
  std::vector<Decision> decisions;
  const auto recorded = outcome_of(scenario, 3, {.decisions = &decisions});
  std::vector<Override> overrides;
  for (const auto& decision : decisions) overrides.push_back({decision.key, decision.answer});
  const auto again = outcome_of(scenario, 4, {.overrides = overrides});
  CHECK(again.fingerprint == recorded.fingerprint);
  CHECK(outcome_of(scenario, 4).fingerprint != recorded.fingerprint);
}

TEST_CASE("A run that is recorded is the run that it is, and its copies are not recorded") {
  const auto scenario = shipped_scenario("crash-once", {"chaos_ends=1s"});
  std::vector<Decision> decisions;
  scenarios::Run run(scenario, 3, {.decisions = &decisions});
  for (int step = 0; step < 100; ++step) run.step();
  const auto so_far = decisions.size();
  auto copy = run;
  CHECK(copy.finish().fingerprint == outcome_of(scenario, 3).fingerprint);
  CHECK(decisions.size() == so_far);
  CHECK(run.finish().fingerprint == outcome_of(scenario, 3).fingerprint);
  CHECK(decisions.size() > so_far);
}

TEST_CASE("A client can stay away, and an operation can be left out") {
  const auto scenario = shipped_scenario("calm", {"chaos_ends=3s"});
  const std::uint32_t c1 = scenario->servers;
  const auto count = [&](const std::vector<Override>& overrides, const auto& which) {
    std::vector<Decision> decisions;
    const auto outcome = outcome_of(scenario, 1, {.overrides = overrides, .decisions = &decisions});
    CHECK_FALSE(outcome.verdict);
    return std::count_if(decisions.begin(), decisions.end(), which);
  };
  const auto by_c1 = [&](const Decision& decision) {
    return decision.key.purpose == scenarios::operation_purpose && decision.key.who == c1;
  };
  CHECK(count({}, by_c1) > 5);
  CHECK(count({{{scenarios::client_purpose, c1}, 0}}, by_c1) == 0);
  const auto the_third = [&](const Decision& decision) { return by_c1(decision) && decision.key.nth == 3; };
  const auto the_fourth = [&](const Decision& decision) { return by_c1(decision) && decision.key.nth == 4; };
  const std::vector<Override> left_out{{{scenarios::command_purpose, c1, 3}, 0}};
  CHECK(count({}, the_third) == 1);
  CHECK(count(left_out, the_third) == 0);
  CHECK(count(left_out, the_fourth) == 1);
}

TEST_CASE("A change of the administrator's can be left out") {
  const auto scenario = shipped_scenario("membership-churn", {"chaos_ends=4s"});
  const auto goals = [&](const std::vector<Override>& overrides) {
    std::vector<Decision> decisions;
    const auto outcome = outcome_of(scenario, 1, {.overrides = overrides, .decisions = &decisions});
    CHECK_FALSE(outcome.verdict);
    std::vector<std::uint64_t> result;
    for (const auto& decision : decisions) {
      if (decision.key.purpose == scenarios::admin_goal_purpose) result.push_back(decision.key.nth);
    }
    return result;
  };
  const auto all = goals({});
  REQUIRE(all.size() > 2);
  CHECK(all[0] == 1);
  const auto fewer = goals({{{scenarios::admin_change_purpose, 0, 1}, 0}});
  REQUIRE_FALSE(fewer.empty());
  CHECK(fewer[0] == 2);
}

TEST_CASE("An override that a decision cannot have ends the run with an error, whoever asks") {
  const auto scenario = shipped_scenario("calm", {"chaos_ends=1s"});
  const auto ends = [&](const sim::Key& key, std::uint64_t answer) {
    outcome_of(scenario, 1, {.overrides = {{key, answer}}});
  };
  CHECK_THROWS_AS(ends({scenarios::election_timeout_purpose, 0, 0}, 1), sim::BadOverride);            // within a server
  CHECK_THROWS_AS(ends({scenarios::first_server_purpose, scenario->servers}, 99), sim::BadOverride);  // a client
}

TEST_CASE("Every decision of a run has a name, and names are unique") {
  std::vector<std::string> names;
  for (const auto& shape : scenarios::decision_shapes()) {
    names.emplace_back(shape.name);
    const std::string simulators = sim::name_of(shape.purpose);
    if (simulators != "?") CHECK(simulators == shape.name);
  }
  std::sort(names.begin(), names.end());
  CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());
  for (const char* name : {"everything", "snapshot-churn", "membership-churn"}) {
    for (const auto& decision : decisions_of(*shipped_scenario(name, {"chaos_ends=3s"}), 1)) {
      if (in_words(decision.key) == "a decision without a name") {
        FAIL(name << ": purpose " << static_cast<int>(decision.key.purpose));
      }
    }
  }
}

}  // namespace raftsim::tests
