#include "tools/sweep/report.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "tools/commands/replay.hpp"
#include "tools/runs/comparison.hpp"
#include "tools/runs/recording.hpp"

namespace raftsim::tools {
namespace {

using namespace std::chrono_literals;
using Catch::Contains;
using Catch::StartsWith;

// Two hundred runs of stale-ack, two of them with a violation.
SweepReport example() {
  SweepReport report;
  report.scenario = "stale-ack";
  report.scenario_given = "stale-ack";
  report.mutations = {"match-overwrite"};
  report.plan = {.first_seed = 1, .seeds = 600, .jobs = 2, .max_violations = 10};
  report.ran = {{1, 600, 1}};
  report.real_time = 2s;
  report.command = "tools/run";
  Summary& summary = report.summary;
  summary.runs = 600;
  summary.total.events = 3'000'000;
  summary.total.virtual_time = 2000s;
  summary.total.faults = {{"hold-acks", 400}};
  summary.total.situations.reach(checkers::Situation::split_vote);
  const auto verdict = [](const char* checker, const char* seen) {
    return checkers::Verdict{checker, "at most 7", seen, 1234, sim::Time(3214ms), "safety"};
  };
  summary.violations.add({3, 0xaU, verdict("match-truth", "9"), 50'000});
  summary.violations.add({40, 0xbU, verdict("match-truth", "12"), 20'000});
  summary.violations.add({41, 0xcU, verdict("log-matching", "a & <b>"), 30'000});
  report.traces = {{40, "out/stale-ack-40-match-overwrite.json"}};
  return report;
}

TEST_CASE("the text summary has the violations, a command to paste, and what never happened") {
  const std::string text = as_text(example());
  CHECK_THAT(text, Contains("stale-ack: 600 runs, 3 violations of 2 kinds"));
  CHECK_THAT(text, Contains("3,000,000, 1,500,000 a second with 2 jobs"));
  CHECK_THAT(text, Contains("33 min 20 s"));
  CHECK_THAT(text, Contains("2 runs: seeds 3, 40"));
  CHECK_THAT(text, Contains("seed 40: match-truth after 3.214 s, event 1234\n"));
  CHECK_THAT(text, Contains("shortest of   2 runs: seeds 3, 40"));
  CHECK_THAT(text, !Contains("seed 3: "));  // longer, and of the same kind
  CHECK_THAT(text, Contains("tools/run replay out/stale-ack-40-match-overwrite.json"));
  CHECK_THAT(text, Contains("tools/run run stale-ack --seed 41 --mutation match-overwrite"));  // there is no trace
  CHECK_THAT(text, Contains("could not be written"));
  CHECK_THAT(text, Contains("400  hold-acks"));
  CHECK_THAT(text, Contains("situations never reached"));
}

TEST_CASE("the summary says if the sweep was interrupted, or stopped at its limit") {
  SweepReport report = example();
  report.interrupted = true;
  report.plan.seeds = 1000;
  CHECK_THAT(as_text(report), Contains("(interrupted after 600 of 1,000)"));
  report.interrupted = false;
  report.plan.max_violations = 3;
  CHECK_THAT(as_text(report), Contains("(stopped at --max-violations; 400 seeds not run)"));
}

TEST_CASE("the JSON summary is one object with everything in it") {
  const auto json = nlohmann::json::parse(as_json(example()));
  CHECK(json["runs"] == 600);
  CHECK(json["events"] == 3'000'000);
  CHECK(json["virtual_seconds"] == 2000.0);
  CHECK(json["wall_seconds"] == 2.0);
  CHECK(json["first_seed"] == 1);
  CHECK(json["interrupted"] == false);
  CHECK(json["mutations"] == nlohmann::json{"match-overwrite"});
  CHECK(json["faults"]["hold-acks"] == 400);
  CHECK(json["situations"].size() == checkers::situation_count);  // unreached ones are listed with 0
  CHECK(json["situations"][std::string(name_of(checkers::Situation::split_vote))] == 1);
  CHECK(json["violation_count"] == 3);
  REQUIRE(json["violations"].size() == 2);  // the ones that are kept
  CHECK(json["violations"][0]["checker"] == "match-truth");
  CHECK(json["violations"][0]["seed"] == 40);
  CHECK(json["violations"][0]["trace"] == "out/stale-ack-40-match-overwrite.json");
  CHECK(json["violations"][1]["trace"].is_null());
  CHECK(json["violations_by_checker"]["match-truth"] == 2);
  CHECK(json["violation_groups"][0]["first_seeds"] == nlohmann::json{3, 40});
}

TEST_CASE("a checker that finds two kinds of violations has a line for each, with the difference") {
  SweepReport report = example();
  report.summary.violations = Violations();
  const auto late = [](const char* expected, const char* seen) {
    return checkers::Verdict{"progress", expected, seen, 1, {}, "progress"};
  };
  report.summary.violations.add({1, 0, late("a leader within 2.000 s", "none by 12.000 s"), 10});
  report.summary.violations.add({2, 0, late("a leader within 2.000 s", "none by 14.000 s"), 10});
  report.summary.violations.add({3, 0, late("agreement within 5.000 s", "command C1#40 is not acknowledged"), 10});
  const std::string text = as_text(report);
  CHECK_THAT(text, Contains("violations by kind (server names and numbers ignored)\n"
                            "  progress                    2 runs: seeds 1, 2\n"
                            "      expected a leader within # s; seen none by # s\n"
                            "  progress                    1 run: seed 3\n"
                            "      expected agreement within # s; seen command C# is not acknowledged\n"));
}

// The only place where a sweep whose own runs are clean reports a failure.
TEST_CASE("the first line says if the corpus fails") {
  SweepReport report = example();
  report.summary.violations = Violations();
  report.corpus = {{"corpus/a.json", CorpusState::still_fails, "match-truth: 9"},
                   {"corpus/b.json", CorpusState::stays_fixed, "no violation"},
                   {"corpus/c.json", CorpusState::found_again, "match-truth: 9", 812, 200},
                   {"corpus/d.json", CorpusState::not_found, "no match-truth of this kind in 200 seeds", 812, 200}};
  const std::string first = "stale-ack: corpus fails (2 of 4 traces); 600 runs, no violation";
  CHECK(headline(report) == first);
  CHECK_THAT(as_text(report), StartsWith(first + "\n") && Contains("found again      corpus/c.json: match-truth: 9"));
  CHECK_THAT(as_markdown(report), StartsWith("### " + first + "\n"));
  CHECK_THAT(as_junit(report), Contains("failures=\"2\" errors=\"0\" skipped=\"1\"") &&
                                   Contains("<skipped message=\"not found: no match-truth"));
  CHECK_THAT(as_annotations(report), Contains("::error title=corpus%3A corpus/c.json::found again") &&
                                         Contains("::warning title=corpus%3A corpus/d.json::not found"));
  const auto json = nlohmann::json::parse(as_json(report));
  CHECK(json["corpus"][0]["fails"] == true);
  CHECK(json["corpus"][0]["not_comparable_since_event"].is_null());
  CHECK(json["corpus"][3]["fails"] == false);
  CHECK(json["corpus"][3]["not_comparable_since_event"] == 812);
  CHECK(json["corpus"][3]["seeds_swept"] == 200);
  report.corpus.resize(2);
  report.corpus[0].state = CorpusState::fixed;
  CHECK(headline(report) == "stale-ack: 600 runs, no violation");
}

scenarios::Scenario with_faults(std::vector<scenarios::Fault> faults) {
  scenarios::Scenario scenario;
  scenario.faults = std::move(faults);
  return scenario;
}

scenarios::Fault crash_every(sim::Duration every) {
  scenarios::Fault fault;
  fault.name = "rare";
  fault.every = sim::Distribution::fixed(every);
  return fault;
}

std::string why_inert(const scenarios::Scenario& scenario) {
  Summary summary;
  summary.runs = 100;
  summary.total.faults = {{scenario.faults[0].name, 0}};
  const auto inert = inert_faults(scenario, summary);
  return inert.empty() ? "" : inert[0].why;
}

TEST_CASE("a fault without effect in a hundred runs is pointed out, with what to do") {
  Summary summary;
  summary.runs = 100;
  summary.total.faults = {{"often", 7}, {"rare", 0}, {"packets lost by chance", 0}};
  scenarios::Scenario scenario = with_faults({crash_every(1s), crash_every(15s)});
  scenario.faults[0].name = "often";
  const auto inert = inert_faults(scenario, summary);
  REQUIRE(inert.size() == 1);  // the network's own losses are not a fault of the scenario
  CHECK(inert[0].name == "rare");
  CHECK_THAT(inert[0].why,
             StartsWith("its first strike comes after at least 15 s (every), and the chaos ends after 10 s"));
  summary.runs = 99;
  CHECK(inert_faults(scenario, summary).empty());
  summary.runs = 100;
  summary.total.faults[1].count = 1;
  CHECK(inert_faults(scenario, summary).empty());

  SweepReport report = example();
  report.summary.total.faults = {{"rare", 0}};
  report.inert = {{"rare", "the reason"}};
  const std::string line = "rare struck nothing in 600 runs: the reason";
  CHECK(warnings(report) == std::vector<std::string>{line});
  CHECK_THAT(as_text(report), Contains("0  rare   <- WARNING: struck nothing\n"));
  CHECK_THAT(as_markdown(report), Contains("**Warning**: " + line));
  CHECK_THAT(as_junit(report), Contains("name=\"faults\">\n      <skipped message=\"" + line));
  CHECK_THAT(as_annotations(report), Contains("::warning title=stale-ack::" + line));
  CHECK(nlohmann::json::parse(as_json(report))["inert_faults"][0] ==
        nlohmann::json{{"fault", "rare"}, {"why", "the reason"}});
}

TEST_CASE("the reason why a fault has no effect depends on the fault") {
  CHECK_THAT(why_inert(with_faults({crash_every(1s)})), Contains("never found a server"));
  scenarios::Scenario scenario = with_faults({crash_every(1s)});
  scenario.swarm = {0, 1};
  CHECK_THAT(why_inert(scenario), Contains("swarm is 0"));
  scenario = with_faults({crash_every(1s)});
  scenario.faults[0].point = scenarios::CrashPoint::after_fsync;
  scenario.persistence.mode = core::PersistenceMode::none;
  CHECK_THAT(why_inert(scenario), Contains("needs a disk"));
  scenarios::Fault rule;
  rule.name = "never-matches";
  rule.kind = scenarios::Fault::Kind::messages;
  rule.always = true;
  CHECK_THAT(why_inert(with_faults({rule})), Contains("check match (kind, from, to)"));
  rule.rule.chance = {0, 1};
  CHECK_THAT(why_inert(with_faults({rule})), Contains("its chance is 0"));
  rule.rule.chance = {1, 1};
  rule.rule.action = sim::Rule::Action::release;
  rule.rule.after = 100;
  CHECK_THAT(why_inert(with_faults({rule})), Contains("no run sent 100 matching packets"));
}

TEST_CASE("what was not judged is reported as such, and never as passed") {
  SweepReport report = example();
  RunResult run;
  run.outcome.statistics.not_judged = {{"no-stale-rewind", "the server does not say moved_progress"}};
  report.summary.add(run);
  run.outcome.statistics.not_judged = {{"election-safety", "the server does not say became"},
                                       {"no-stale-rewind", "the server does not say moved_progress"}};
  Summary of_another_shard;
  of_another_shard.add(run);
  report.summary += of_another_shard;

  const std::string list =
      "election-safety (the server does not say became), no-stale-rewind (the server does not say moved_progress)";
  CHECK_THAT(as_text(report), Contains("  not judged    " + list + "\n"));
  CHECK_THAT(as_markdown(report), Contains("- **Not judged**: election-safety (the server does not say became)"));
  CHECK_THAT(as_annotations(report), Contains("::warning title=stale-ack::not judged: " + list));
  CHECK_THAT(as_junit(report),
             Contains("<property name=\"not judged\" value=\"" + list + "\"/>") &&
                 Contains("name=\"election-safety\">\n      <skipped message=\"not judged: the server "
                          "does not say became\""));
  const auto json = nlohmann::json::parse(as_json(report));
  REQUIRE(json["not_judged"].size() == 2);  // the union, each once
  CHECK(json["not_judged"][0] ==
        nlohmann::json{{"checker", "election-safety"}, {"why", "the server does not say became"}});
}

TEST_CASE("a short sweep does not list all situations that it never reached") {
  SweepReport report = example();
  report.summary.runs = 499;
  CHECK_THAT(as_text(report), !Contains("situations never reached") &&
                                  Contains("more situations not reached (listed for sweeps of 500 runs or more)"));
}

TEST_CASE("JUnit gets a test case for each checker, escaped for XML") {
  const std::string xml = as_junit(example());
  CHECK_THAT(xml, StartsWith("<?xml") && Contains("failures=\"2\" errors=\"0\""));
  CHECK_THAT(xml, Contains("<testcase classname=\"raftsim.stale-ack\" name=\"election-safety\"/>"));
  CHECK_THAT(
      xml, Contains("name=\"match-truth\">\n      <failure message=\"2 runs: seeds 3, 40: expected at most #; seen #\" "
                    "type=\"violation\">"));
  CHECK_THAT(xml, Contains("a &amp; &lt;b&gt;") && !Contains("<b>"));
  CHECK_THAT(xml, Contains("tools/run replay out/stale-ack-40-match-overwrite.json"));

  SweepReport broken = example();
  broken.summary.failures = {{5, "two runs \x01 differ"}, {6, "the run threw \xff"}};
  CHECK_THAT(as_junit(broken),
             Contains("errors=\"1\"") &&
                 Contains("<error message=\"seed 5: two runs   differ\" type=\"harness\">"
                          "seed 5: two runs   differ&#10;seed 6: the run threw \xef\xbf\xbd&#10;</error>"));
}

TEST_CASE("Markdown has a row for each kind and the commands to paste") {
  SweepReport report = example();
  report.not_reached = {"split vote"};
  const std::string markdown = as_markdown(report);
  CHECK_THAT(markdown, StartsWith("### stale-ack: 600 runs, 3 violations of 2 kinds\n"));
  CHECK_THAT(markdown, Contains("| match-truth | expected at most \\#; seen \\# | 2 | 3, 40 | seed 40, event 1234"));
  CHECK_THAT(markdown, Contains("a & &lt;b>"));
  CHECK_THAT(markdown, Contains("tools/run run stale-ack --seed 41 --mutation match-overwrite\n"));
  CHECK_THAT(markdown, Contains("**Warning**: not one of 600 runs reached 'split vote'"));
}

TEST_CASE("GitHub's annotations are one line each, whatever their text") {
  SweepReport report = example();
  report.summary.violations.add({50, 0, {"log-matching", "100%", "a\nb", 1, {}, "safety"}, 1});
  const std::string text = as_annotations(report);
  CHECK(std::ranges::count(text, '\n') == 3);
  CHECK_THAT(
      text,
      StartsWith("::error title=stale-ack%3A match-truth::2 runs: seeds 3, 40: expected at most #; seen #%0Aseed 40"));
  CHECK_THAT(text, Contains("expected 100%25; seen a b"));
}

TEST_CASE("the seeds that ran are reported, for a shard and for shards with different times") {
  SweepReport report = example();
  report.ran = {{2, 198, 4}};
  report.plan.shard = {2, 4};
  CHECK(seeds_text(report) == "2, 6, ..., 198 (shard 2/4)");
  report.plan.shard = {};
  report.ran = {{1, 9, 2}, {2, 4, 2}};
  CHECK(seeds_text(report) == "1, 3, ..., 9; 2, 4");
}

TEST_CASE("verdicts that differ only in servers and numbers are of one kind") {
  const auto kind = [](const char* expected, const char* seen) {
    return mechanism_of({"durable-ack", expected, seen, 1, {}, "safety"});
  };
  CHECK(kind("S1 keeps index 7", "it has 1.204 s") == kind("S12 keeps index 19", "it has 3 s"));
  CHECK(kind("", "durable on S1, not on S2, S3 and S4") == kind("", "durable on S4 and S5, not on S1"));
  CHECK(kind("", "it came (packet 94, a duplicate of 93) late") == kind("", "it came (packet 3) late"));
  CHECK(kind("", "none by 3 s: S1 leads") == kind("", "none by 4 s: S2 is down"));
  CHECK(kind("", "its log ends at index 7") != kind("", "its disk holds the log up to index 7 only"));
  CHECK(kind("S1 keeps index 7", "") != kind("S1 drops index 7", ""));
}

TEST_CASE("a green sweep in which nothing happened is pointed out, after enough runs") {
  Summary summary;
  summary.total.situations.reach(checkers::Situation::split_vote);
  const std::vector<std::string> must{std::string(name_of(checkers::Situation::split_vote)),
                                      std::string(name_of(checkers::Situation::two_leaders))};
  summary.runs = 499;
  CHECK(not_reached(must, summary).empty());
  summary.runs = 500;
  CHECK(not_reached(must, summary) == std::vector<std::string>{must[1]});
}

TEST_CASE("a command to paste survives spaces and quotes") {
  CHECK(replay_command("raftsim", "out/a-1.json") == "raftsim replay out/a-1.json");
  CHECK(replay_command("raftsim", "my traces/it's.json") == "raftsim replay 'my traces/it'\\''s.json'");
}

TEST_CASE("a trace's name identifies the run, and is valid for any file system and shell") {
  const std::vector<std::string> bug{"match-overwrite"};
  CHECK(trace_name("stale-ack", 17, {}, {}) == "stale-ack-17.json");
  CHECK(trace_name("stale-ack", 17, bug, {}) == "stale-ack-17-match-overwrite.json");
  CHECK(trace_name("stale-ack", 17, bug, {"network.overrides.0.loss=1/100"}) ==
        "stale-ack-17-match-overwrite-network.overrides.0.loss=1_100.json");
  CHECK(trace_name("../evil name", 1, bug, {}) == ".._evil_name-1-match-overwrite.json");
  const std::string long_name = trace_name("calm", 1, bug, {std::string(1000, 'x')});
  CHECK(long_name.size() < 220);
  CHECK(long_name != trace_name("calm", 1, bug, {std::string(1001, 'x')}));
}

std::vector<checkers::TracedEvent> events(std::initializer_list<core::Digest> fingerprints) {
  std::vector<checkers::TracedEvent> list;
  for (const core::Digest fingerprint : fingerprints) list.emplace_back().fingerprint = fingerprint;
  return list;
}

TEST_CASE("two runs differ from the first event after which their fingerprints differ") {
  CHECK_FALSE(first_difference(events({1, 2, 3}), events({1, 2, 3})));
  CHECK(first_difference(events({1, 2, 3}), events({1, 9, 3})) == 1U);
  CHECK(first_difference(events({1, 2}), events({1, 2, 3})) == 2U);
  CHECK(first_difference(events({1, 2}), events({})) == 0U);
}

TEST_CASE("a version identifies a program only with a commit and without edits") {
  CHECK(surely_same_program("0.1.0+8324ad1c02", "0.1.0+8324ad1c02"));
  CHECK_FALSE(surely_same_program("0.1.0+8324ad1c02", "0.1.0+0000000000"));
  CHECK_FALSE(surely_same_program("0.1.0+8324ad1c02-dirty", "0.1.0+8324ad1c02-dirty"));
  CHECK_FALSE(surely_same_program("0.1.0", "0.1.0"));
}

}  // namespace
}  // namespace raftsim::tools
