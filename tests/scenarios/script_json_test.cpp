// A script is read with care: what can be known to go wrong before it runs is said before it runs, in one line that names
// the step.
#include <string>
#include <vector>

#include "catch.hpp"
#include "scenarios/cluster/server_kinds.hpp"
#include "scenarios/scenario_json.hpp"

using namespace raftsim;
using namespace raftsim::scenarios;
using namespace std::chrono_literals;

namespace {

Scenario with_script(const std::string& steps, const std::string& more = "") {
  return scenario_from_json(R"({"name": "x", "cluster": {"servers": 5}, )" + more + R"("script": [)" + steps + "]}",
                            "x.json");
}

std::string complaint_about_script(const std::string& steps, const std::string& more = "") {
  try {
    auto scenario = with_script(steps, more);
    choose_server(scenario, own_kinds());
    return "nothing";
  } catch (const ScenarioError& error) {
    return error.what();
  }
}

struct BadScript {
  std::string steps;
  std::string complaint;
};

void check_scripts(const std::vector<BadScript>& mistakes) {
  for (const BadScript& mistake : mistakes) {
    CAPTURE(mistake.steps);
    CHECK(complaint_about_script(mistake.steps) == mistake.complaint);
  }
}

}  // namespace

TEST_CASE("A scenario with a script is about the script: no clients, no end of the chaos but its own, all is healed") {
  const auto scenario = with_script(R"({"sleep": "1s"})");
  CHECK(scenario.workload.clients == 0);
  CHECK(scenario.chaos_ends == 0s);
  CHECK(scenario.heal == Heal::all);
  // Unless the file says otherwise.
  const auto other =
      with_script(R"({"sleep": "1s"})", R"("workload": {"clients": 3}, "chaos_ends": "5s", "heal": "quorum", )");
  CHECK(other.workload.clients == 3);
  CHECK(other.chaos_ends == 5s);
  CHECK(other.heal == Heal::quorum);
}

TEST_CASE("What nobody can mean is refused with the step that says it") {
  check_scripts({
      {R"({"cutt": "leader"})", R"(x.json: script.0: unknown step "cutt"; did you mean "cut"?)"},
      {R"({"sleep": "1s"}, {"cut": "leader", "crash": "S1"})",
       R"(x.json: script.1: expected one action in a step, found "cut" and "crash")"},
      {R"({"name": "odd", "cut": "leader", "wen": "i"})",
       R"(x.json: script.odd: unknown key "wen". Available: name, if, chance, cut)"},
      {R"({"agree": {"servers": 3, "within": 10}})",
       R"(x.json: script.0.agree.within: expected a duration such as "150ms" (a whole number and ns, us, ms, s or min; at most a day), found 10)"},
      {R"({"sleep": "-1s"})",
       R"(x.json: script.0.sleep: expected a duration such as "150ms" (a whole number and ns, us, ms, s or min; at most a day), found "-1s")"},
      {R"({"chance": "3/2", "cut": "leader"})",
       R"(x.json: script.0.chance: expected a ratio between 0 and 1, found "3/2")"},
      {R"({"agree": {}})",
       R"(x.json: script.0.agree: expected the key "servers": how many have to apply it, found none)"},
      {R"({"propose": {"at": "leader", "wait": "for ever"}})",
       R"(x.json: script.0.propose.wait: unknown value "for ever". Available: none, accepted, committed)"},
      {R"({"expect": {}})", R"(x.json: script.0.expect: expected at least one thing to expect, found {})"},
      {R"({"network": {"links": {"los": "1/10"}}})",
       R"(x.json: script.0.network.links: unknown key "los"; did you mean "loss"?)"},
      {R"({"disk": {"sector_bytes": 4096}})",
       R"(x.json: script.0.disk: expected the same sector_bytes as before: a disk keeps its sectors, found {"sector_bytes": 4096})"},
  });
}

TEST_CASE("Who a step is about has to be somebody that there can be") {
  check_scripts({
      {R"({"cut": "S9"})", R"(x.json: script.0.cut: expected a server from S1 to S5, found S9)"},
      {R"({"let": {"L": "leader"}}, {"cut": "M"})",
       R"x(x.json: script.1.cut: unknown servers "M"; did you mean "L"? (names are bound by an earlier "let"))x"},
      {R"({"cut": "L"}, {"let": {"L": "leader"}})",
       R"x(x.json: script.0.cut: unknown servers "L". Available: all, connected, disconnected, up, down, paused, followers, leader, rest (names are bound by an earlier "let"))x"},
      {R"({"let": {"A": "rest"}})",
       R"(x.json: script.0.let.A: expected "rest" only after a name or a side that it is the rest of, found "rest" with nothing before it)"},
      {R"({"cut": "any 6"})",
       R"(x.json: script.0.cut: expected no more servers than there are (5), found 6 in "any 6")"},
      {R"({"cut": "any of"})", R"(x.json: script.0.cut: expected a group of servers after "of" in "any of")"},
      {R"({"cut": "any of S1 S2"})",
       R"(x.json: script.0.cut: expected "but" or the end of the words after a group of servers in "any of S1 S2")"},
      {R"({"cut": 3})",
       R"(x.json: script.0.cut: expected servers such as "leader", "S1", "any of A but L", or a list of such, or {"if": ..., "then": ..., "else": ...}, found 3)"},
      {R"({"agree": {"servers": 6}})",
       R"(x.json: script.0.agree.servers: expected no more servers than there are (5), found 6)"},
      {R"({"let": {"leader": "S1"}})",
       R"(x.json: script.0.let.leader: expected a name that means nothing yet, found "leader")"},
      {R"({"let": {"a-b": "S1"}})",
       R"(x.json: script.0.let.a-b: expected a name of letters, digits and '_' that begins with a letter, found "a-b")"},
      {R"({"partition": ["S1"]})",
       R"(x.json: script.0.partition: expected at least two sides, or [] for no partition, found one)"},
      {R"({"partition": [["S1", "S2"], ["S3", "S1"]]})",
       R"(x.json: script.0.partition.1: expected each server on one side, found S1 on two)"},
  });
}

TEST_CASE("A condition speaks of what there is") {
  check_scripts({
      {R"({"if": "conected < 3", "cut": "leader"})",
       R"(x.json: script.0.if: unknown word "conected"; did you mean "connected"?)"},
      {R"({"until": "term >"})", R"(x.json: script.0.until: expected a number or a word, found the end in "term >")"},
      {R"({"until": "(term > 2"})", R"x(x.json: script.0.until: expected ")", found the end in "(term > 2")x"},
      {R"({"until": "term > 2 3"})",
       R"(x.json: script.0.until: expected an operator or the end, found "3" in "term > 2 3")"},
      {R"({"repeat": 3, "as": "i", "steps": [{"sleep": "1s"}]}, {"if": "i == 1", "sleep": "1s"})",
       R"(x.json: script.1.if: unknown word "i". Available: connected, disconnected, up, down, paused, leaders, term, committed, commands)"},
  });
}

TEST_CASE("A script that would not end is refused, and one that speaks of what was not before") {
  check_scripts({
      {R"({"repeat": 0, "steps": [{"sleep": "1s"}]})",
       R"(x.json: script.0.repeat: expected a whole number from 1 to 1000000, found 0)"},
      {R"({"repeat": 100000, "steps": [{"repeat": 1000, "steps": [{"sleep": "1s"}]}]})",
       R"(x.json: script.0.steps.0.repeat: expected at most 10,000,000 iterations, those of inner repeats taken together, or it would not end, found 100000000)"},
      {R"({"repeat": 2})", R"(x.json: script.0.steps: expected steps to repeat, found none)"},
      {R"({"until": "term > 1", "within": "0ms"})",
       R"(x.json: script.0.within: expected a duration above 0ms, found 0ms)"},
      {R"({"expect": {"not_committed": "proposed"}})",
       R"(x.json: script.0.expect: expected an earlier "propose" or "agree", of which this is said, found none)"},
      {R"({"expect": {"messages_since": {"mark": "before", "at_most": 3}}})",
       R"(x.json: script.0.expect.messages_since.mark: unknown mark "before". Available: start)"},
      {R"({"rules": {"late": true}})", R"(x.json: script.0.rules: expected a scenario that has "rules", found none)"},
      {R"({"faults": {"late": true}})",
       R"(x.json: script.0.faults: expected a scenario that has "faults", found none)"},
  });
  CHECK(complaint_about_script(R"({"rules": {"lat": true}})", R"("rules": [{"name": "late", "action": "drop"}], )") ==
        R"(x.json: script.0.rules: unknown rule "lat"; did you mean "late"?)");
  CHECK(complaint_about_script(R"({"wipe": "S1"})", R"("raft": {"persistence": {"mode": "none"}}, )") ==
        R"(x: script.0: expected servers that have a disk, found "raftsim")");
}

TEST_CASE("A limit on the log needs a script, for it is looked at after each step") {
  CHECK_THROWS_WITH(
      scenario_from_json(R"({"name": "x", "limits": {"log_bytes": 2000}})", "x.json"),
      "x.json: limits.log_bytes: expected a script with it: the logs are looked at after each of its steps, "
      "found 2000");
}

TEST_CASE("A step is called by its name, or by what it says and how many before it say the same") {
  const auto scenario = with_script(R"(
      {"cut": "any"}, {"sleep": "1s"}, {"cut": "any"}, {"name": "last", "cut": "any"},
      {"repeat": 2, "steps": [{"cut": "any"}]})");
  CHECK(scenario.script[0].said == R"({"cut":"any"})");
  CHECK(scenario.script[2].said == R"({"cut":"any"} #2)");
  CHECK(scenario.script[3].said == "last");
  CHECK(scenario.script[4].said == R"({"repeat":2})");
  CHECK(scenario.script[4].steps[0].said == R"({"cut":"any"} #3)");
  // Written in full and read again, it is called the same: what is drawn does not depend on how a file is written.
  CHECK(scenario_from_json(to_json(scenario), "y.json") == scenario);
}
