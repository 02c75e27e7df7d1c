// What a sweep leaves for CI and for the next sweep.
#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "checkers/trace/json.hpp"
#include "tools/program.hpp"

namespace raftsim::tools::test {
namespace {

using Catch::Contains;

TEST_CASE("reports are written beside the summary, for sweep and merge alike") {
  const TemporaryDirectory directory;
  write_file(directory.path("step.md"), "from another step\n");
  const std::vector<std::string> reports{"--out",
                                         directory.path("out"),
                                         "--junit",
                                         directory.path("r.xml"),
                                         "--json",
                                         directory.path("r.json"),
                                         "--github",
                                         "--markdown",
                                         directory.path("step.md")};
  const auto with_reports = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), reports.begin(), reports.end());
    return raftsim(arguments);
  };
  const Answer answer = with_reports({"sweep", "stale-ack", "--seeds", "20", "--mutation", "match-overwrite",
                                      "--results", directory.path("results"), "--keep", "1"});
  CHECK(answer.exit_code == 1);
  CHECK_THAT(answer.out, Contains("::error title=stale-ack%3A no-stale-rewind::"));
  CHECK_THAT(read_file(directory.path("r.xml")), Contains("</testsuites>"));
  CHECK(nlohmann::json::parse(read_file(directory.path("r.json")))["runs"] == 20);
  CHECK_THAT(read_file(directory.path("step.md")), Catch::StartsWith("from another step\n### stale-ack: 20 runs"));

  const Answer merged = with_reports({"merge", directory.path("results"), "--format", "json"});
  CHECK(merged.exit_code == 1);
  CHECK_THAT(merged.err, Contains("::error title="));  // not into the JSON
  CHECK(merged.out == read_file(directory.path("r.json")));
}

TEST_CASE("an unwritable report is noticed before the sweep") {
  const TemporaryDirectory directory;
  for (const char* option : {"--junit", "--json", "--markdown"}) {
    const Answer answer =
        raftsim({"sweep", "calm", "--seeds", "100000000", "--out", directory.path("out"), option, "/proc/none/report"});
    CHECK(answer.exit_code == 2);
    CHECK_THAT(answer.err, Contains("/proc/none: cannot be written to"));
  }
}

TEST_CASE("a corpus keeps a find next to one of the same name from an older version of the scenario") {
  const TemporaryDirectory directory;
  const std::string corpus = directory.path("corpus");
  std::filesystem::create_directory(corpus);
  const std::string fixed = corpus + "/stale-ack-1-match-overwrite.json";
  CHECK(raftsim({"run", "stale-ack", "--seed", "1", "--trace", fixed}).exit_code == 0);
  const std::string former = read_file(fixed);
  const Answer found = raftsim({"sweep", "stale-ack", "--seeds", "1", "--mutation", "match-overwrite", "--out",
                                directory.path("out"), "--corpus", corpus});
  CHECK(found.exit_code == 1);
  CHECK(read_file(fixed) == former);
  CHECK(raftsim({"replay", corpus + "/stale-ack-1-match-overwrite-2.json"}).exit_code == 1);
}

TEST_CASE("a report to a device, or through a link, is written there and replaces neither") {
  const TemporaryDirectory directory;
  const auto reported_to = [&](const char* name, const std::string& target) {
    const std::string link = directory.path(name);
    std::filesystem::create_symlink(target, link);
    const Answer answer =
        raftsim({"sweep", "calm", "--seeds", "3", "--out", directory.path("out"), "--json", link, "--junit", link});
    CHECK(std::filesystem::is_symlink(link));
    return answer;
  };
  const Answer full = reported_to("full", "/dev/full");
  CHECK(full.exit_code == 2);
  CHECK_THAT(full.err, Contains("full: cannot be written to: No space left on device"));
  CHECK(reported_to("null", "/dev/null").exit_code == 0);
  CHECK(reported_to("latest.xml", directory.path("run-17.xml")).exit_code == 0);
  CHECK_THAT(read_file(directory.path("run-17.xml")), Catch::StartsWith("<?xml") && Contains("</testsuites>"));
}

// As if the bug were fixed in the program: the trace is run without it.
void fix(const std::string& path) {
  checkers::Trace trace = checkers::read_trace(path);
  auto scenario = nlohmann::ordered_json::parse(trace.header.scenario);
  scenario["raft"]["mutations"] = nlohmann::json::array();
  trace.header.scenario = scenario.dump();
  trace.header.mutations = {};
  checkers::write_trace(path, trace.header, trace.verdict, trace.statistics, trace.events);
}

TEST_CASE("a find in the corpus runs first: it fails, is fixed, stays fixed, and returns as a regression") {
  const TemporaryDirectory directory;
  const std::string corpus = directory.path("corpus");
  const std::string trace = corpus + "/stale-ack-1-match-overwrite.json";
  const auto swept = [&](std::vector<std::string> more) {
    more.insert(more.begin(),
                {"sweep", "stale-ack", "--seeds", "5", "--out", directory.path("out"), "--corpus", corpus});
    return raftsim(more);
  };
  const Answer found = swept({"--mutation", "match-overwrite", "--max-violations", "1"});
  CHECK(found.exit_code == 1);
  REQUIRE(std::filesystem::exists(trace));

  // The sweep is another one, without the bug; the trace has its own scenario.
  const Answer still = swept({});
  CHECK(still.exit_code == 1);
  CHECK_THAT(still.out, Catch::StartsWith("stale-ack: corpus fails (1 of 1 trace); 5 runs, no violation\n") &&
                            Contains("still fails      " + trace));
  // What is already in the corpus is not kept again.
  CHECK(swept({"--mutation", "match-overwrite", "--first-seed", "7"}).exit_code == 1);
  CHECK(std::distance(std::filesystem::directory_iterator(corpus), {}) == 1);

  const std::string failing = read_file(trace);
  fix(trace);
  const Answer fixed = swept({});
  CHECK(fixed.exit_code == 0);
  CHECK_THAT(fixed.out, Catch::StartsWith("stale-ack: 5 runs, no violation\n") &&
                            Contains("fixed            " + trace + ": no violation"));
  CHECK_THAT(swept({}).out, Contains("stays fixed      " + trace));

  write_file(trace, failing);
  const Answer regression = swept({"--github"});
  CHECK(regression.exit_code == 1);
  CHECK_THAT(regression.out, Contains("REGRESSION       " + trace) && Contains("(fixed in "));
  CHECK_THAT(regression.out, Contains("::error title=corpus%3A "));

  write_file(trace, "no trace");
  const Answer unreadable = swept({"--github", "--junit", directory.path("r.xml")});
  CHECK(unreadable.exit_code == 2);
  CHECK_THAT(unreadable.err, Contains(trace));
  CHECK_THAT(unreadable.out, Contains("::error title=corpus%3A " + trace + "::unreadable"));
  CHECK_THAT(read_file(directory.path("r.xml")), Contains("<error message=\"unreadable: not JSON: line 1"));
}

}  // namespace
}  // namespace raftsim::tools::test
