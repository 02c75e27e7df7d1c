// Which servers owe progress after the chaos is told by who can then reach whom, and a verdict says so.
#include <memory>
#include <string>

#include "catch.hpp"
#include "scenarios/chaos.hpp"
#include "scenarios/cluster/reach.hpp"
#include "scenarios/scenario_json.hpp"
#include "scenarios/shipped_runs.hpp"

namespace raftsim::tests {

namespace {

std::shared_ptr<const scenarios::Scenario> scenario_of(const std::string& members) {
  return std::make_shared<const scenarios::Scenario>(
      scenarios::scenario_from_json(R"({"name": "x", )" + members + "}", "x"));
}

// S1 leads and is then cut off from all but S3; S5 hears nobody. S2, S3 and S4 are a majority that can talk.
// Jensen, Howard and Mortier, "Examining Raft's behaviour during partial network failures", HAOC 2021.
std::shared_ptr<const scenarios::Scenario> old_leader(const std::string& check_quorum) {
  return scenario_of(R"("raft": {"pre_vote": true, "leader_stickiness": true, "check_quorum": )" + check_quorum + R"(},
    "faults": [
      {"name": "S1-leads", "kind": "crash", "target": ["S2", "S3", "S4", "S5"], "at": "0ms", "lasts": "148ms"},
      {"name": "cut", "kind": "partition", "at": "2s",
       "links": [["S1", "S2"], ["S1", "S4"], ["S1", "S5"], ["S5", "S2"], ["S5", "S3"], ["S5", "S4"]]}
    ],
    "chaos_ends": "4s", "heal": ["cut"],
    "progress": {"leader_within": "3s", "agreement_within": "6s", "convergence_within": "6s"})");
}

}  // namespace

TEST_CASE("An old leader that still reaches one of the majority keeps it from electing another") {
  const auto stuck = outcome_of(old_leader("false"), 1);
  REQUIRE(stuck.verdict);
  CHECK(stuck.verdict->checker == "progress");
  CHECK(stuck.verdict->expected ==
        "a leader that a majority follows within 3.000 s of the end of the chaos at 4.000 s: due of S2, S3, S4, who "
        "reach each other");
  CHECK_THAT(stuck.verdict->seen, Catch::Contains("S1 leader of term ") && Catch::Contains(" (reaches S3), last") &&
                                      Catch::Contains("S5 pre-candidate of term ") &&
                                      Catch::Contains(" (cut off), last"));
}

TEST_CASE("An old leader that checks its quorum makes room") { CHECK_FALSE(outcome_of(old_leader("true"), 1).verdict); }

TEST_CASE("Where no quorum can talk to each other nothing is due, and the run says so") {
  const auto scenario = scenario_of(R"("chaos_ends": "2s", "heal": "none", "faults": [
    {"name": "cut", "kind": "partition", "sides": [["S1", "S2"], ["S3", "S4"], ["S5"]], "at": "1s"}])");
  const auto outcome = outcome_of(scenario, 1);
  CHECK_FALSE(outcome.verdict);
  REQUIRE(outcome.statistics.not_judged.size() == 1);
  CHECK(outcome.statistics.not_judged[0] ==
        checkers::NotJudged{"progress", "after the chaos no quorum of servers can reach each other"});
}

TEST_CASE("A server whose disk stays slow owes nothing, and the others do") {
  const auto members = [](const std::string& victims) {
    return R"("chaos_ends": "2s", "heal": ["disk"], "progress": {"convergence_within": "5s"}, "faults": [
      {"name": "disk", "kind": "slow-disk", "slowdown": 100000, "target": )" +
           victims + R"(, "at": "1s"}])";
  };
  const auto two = outcome_of(scenario_of(members(R"(["S1", "S2"])")), 1);
  CHECK_FALSE(two.verdict);
  CHECK(two.statistics.not_judged.empty());
  const auto three = outcome_of(scenario_of(members(R"(["S1", "S2", "S3"])")), 1);
  CHECK_FALSE(three.verdict);
  CHECK(three.statistics.not_judged.size() == 1);
}

TEST_CASE("A rule that drops all messages of a kind cuts a link, and so does a link that loses everything") {
  Chaos chaos({});
  const auto reached = [&](std::uint16_t number) {
    return scenarios::reach_of(chaos.world, core::ServerSet::first(3), 3)[number - 1U].size();
  };
  CHECK(reached(1) == 3);
  sim::Rule rule;
  rule.name = "rule";
  rule.action = sim::Rule::Action::drop;
  rule.from = s1;
  rule.to = s2;
  rule.kind = std::uint8_t{1};
  const auto id = chaos.world.add_rule(rule);
  CHECK(reached(1) == 2);
  CHECK(reached(2) == 2);
  CHECK(reached(3) == 3);
  chaos.world.remove_rule(id);
  CHECK(reached(1) == 3);
  rule.name = "a client's messages";
  rule.kind = scenarios::client_reply_kind;
  chaos.world.add_rule(rule);
  rule.name = "most messages";
  rule.kind = std::nullopt;
  rule.chance = {9, 10};
  chaos.world.add_rule(rule);
  rule.name = "late messages";
  rule.chance = {1, 1};
  rule.action = sim::Rule::Action::hold;
  chaos.world.add_rule(rule);
  CHECK(reached(1) == 3);
  sim::NetworkSettings network;
  network.overrides.push_back({s3, s2, {}});
  network.overrides.back().settings.loss = {1, 1};
  chaos.world.network().change(network);
  CHECK(reached(1) == 3);
  CHECK(reached(2) == 2);
  CHECK(reached(3) == 2);
}

}  // namespace raftsim::tests
