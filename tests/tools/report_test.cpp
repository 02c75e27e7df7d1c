#include "tools/sweep/report.hpp"

#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "tools/recording.hpp"
#include "tools/replay.hpp"

namespace raftsim::tools {
namespace {

using namespace std::chrono_literals;
using Catch::Contains;

// Two hundred runs of stale-ack, of which two violated something.
SweepReport example() {
  SweepReport report;
  report.scenario = "stale-ack";
  report.mutations = {"match-overwrite"};
  report.plan = {.first_seed = 1, .seeds = 200, .jobs = 2, .max_violations = 10};
  report.real_time = 2s;
  report.command = "tools/run";
  Summary& summary = report.summary;
  summary.runs = 200;
  summary.total.events = 3'000'000;
  summary.total.virtual_time = 2000s;
  summary.total.faults = {{"hold-acks", 400}};
  summary.total.situations.reach(checkers::Situation::split_vote);
  const checkers::Verdict verdict{"match-truth", "at most 7", "9", 1234, sim::Time(3214ms), "safety"};
  summary.violations = {{3, 0xaU, verdict}, {40, 0xbU, verdict}};
  report.traces = {"out/stale-ack-3-match-overwrite.json", std::nullopt};
  return report;
}

TEST_CASE("the summary for people has the violations, a command to paste, and what never happened") {
  const std::string text = as_text(example());
  CHECK_THAT(text, Contains("stale-ack: 200 runs, 2 violations"));
  CHECK_THAT(text, Contains("3,000,000, 1,500,000 a second with 2 jobs"));
  CHECK_THAT(text, Contains("33 min 20 s"));
  CHECK_THAT(text, Contains("seeds 3, 40"));
  CHECK_THAT(text, Contains("tools/run replay out/stale-ack-3-match-overwrite.json"));
  CHECK_THAT(text, Contains("could not be written"));
  CHECK_THAT(text, Contains("400  hold-acks"));
  CHECK_THAT(text, Contains("situations never reached"));
}

TEST_CASE("it says when it was interrupted, and when it had seen enough") {
  SweepReport report = example();
  report.interrupted = true;
  report.plan.seeds = 1000;
  CHECK_THAT(as_text(report), Contains("(interrupted after 200 of 1,000)"));
  report.interrupted = false;
  report.plan.max_violations = 2;
  CHECK_THAT(as_text(report), Contains("(that is enough: 800 seeds were left out; see --max-violations)"));
}

TEST_CASE("the summary for programs is one object with everything in it") {
  const auto json = nlohmann::json::parse(as_json(example()));
  CHECK(json["runs"] == 200);
  CHECK(json["events"] == 3'000'000);
  CHECK(json["virtual_seconds"] == 2000.0);
  CHECK(json["wall_seconds"] == 2.0);
  CHECK(json["first_seed"] == 1);
  CHECK(json["interrupted"] == false);
  CHECK(json["mutations"] == nlohmann::json{"match-overwrite"});
  CHECK(json["faults"]["hold-acks"] == 400);
  CHECK(json["situations"].size() == checkers::situation_count);  // those never reached are there with 0
  CHECK(json["situations"][std::string(name_of(checkers::Situation::split_vote))] == 1);
  REQUIRE(json["violations"].size() == 2);
  CHECK(json["violations"][0]["checker"] == "match-truth");
  CHECK(json["violations"][0]["seed"] == 3);
  CHECK(json["violations"][0]["trace"] == "out/stale-ack-3-match-overwrite.json");
  CHECK(json["violations"][1]["trace"].is_null());
  CHECK(json["violations_by_checker"]["match-truth"] == 2);
}

TEST_CASE("a green sweep in which nothing happened is told of, once there were runs enough") {
  Summary summary;
  summary.total.situations.reach(checkers::Situation::split_vote);
  const std::vector<std::string> must{std::string(name_of(checkers::Situation::split_vote)),
                                      std::string(name_of(checkers::Situation::two_leaders))};
  summary.runs = 99;
  CHECK(not_reached(must, summary).empty());
  summary.runs = 100;
  CHECK(not_reached(must, summary) == std::vector<std::string>{must[1]});
}

TEST_CASE("a command to paste survives blanks and quotes") {
  CHECK(replay_command("raftsim", "out/a-1.json") == "raftsim replay out/a-1.json");
  CHECK(replay_command("raftsim", "my traces/it's.json") == "raftsim replay 'my traces/it'\\''s.json'");
}

TEST_CASE("a trace's name tells the run, and is fit for any file system and shell") {
  scenarios::Scenario scenario;
  scenario.name = "stale-ack";
  CHECK(trace_name(scenario, 17, {}) == "stale-ack-17.json");
  scenario.raft.mutations.plant(core::Mutation::match_overwrite);
  CHECK(trace_name(scenario, 17, {}) == "stale-ack-17-match-overwrite.json");
  CHECK(trace_name(scenario, 17, {"network.overrides.0.loss=1/100"}) ==
        "stale-ack-17-match-overwrite-network.overrides.0.loss=1_100.json");
  scenario.name = "../evil name";
  CHECK(trace_name(scenario, 1, {}) == ".._evil_name-1-match-overwrite.json");
  const std::string long_name = trace_name(scenario, 1, {std::string(1000, 'x')});
  CHECK(long_name.size() < 220);
  CHECK(long_name != trace_name(scenario, 1, {std::string(1001, 'x')}));
}

std::vector<checkers::TracedEvent> events(std::initializer_list<core::Digest> fingerprints) {
  std::vector<checkers::TracedEvent> list;
  for (const core::Digest fingerprint : fingerprints) list.emplace_back().fingerprint = fingerprint;
  return list;
}

TEST_CASE("two runs differ from the first event after which their fingerprints do") {
  CHECK_FALSE(first_difference(events({1, 2, 3}), events({1, 2, 3})));
  CHECK(first_difference(events({1, 2, 3}), events({1, 9, 3})) == 1U);
  CHECK(first_difference(events({1, 2}), events({1, 2, 3})) == 2U);
  CHECK(first_difference(events({1, 2}), events({})) == 0U);
}

TEST_CASE("a version names one program only with a commit and without edits") {
  CHECK(surely_same_program("0.1.0+8324ad1c02", "0.1.0+8324ad1c02"));
  CHECK_FALSE(surely_same_program("0.1.0+8324ad1c02", "0.1.0+0000000000"));
  CHECK_FALSE(surely_same_program("0.1.0+8324ad1c02-dirty", "0.1.0+8324ad1c02-dirty"));
  CHECK_FALSE(surely_same_program("0.1.0", "0.1.0"));
}

}  // namespace
}  // namespace raftsim::tools
