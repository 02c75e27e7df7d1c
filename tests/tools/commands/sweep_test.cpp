// Sweeps end to end: the built program, real scenarios, traces on disk.
#include <chrono>
#include <csignal>
#include <nlohmann/json.hpp>
#include <thread>

#include "catch.hpp"
#include "checkers/trace/json.hpp"
#include "tools/program.hpp"

namespace raftsim::tools::test {
namespace {

using Catch::Contains;
using nlohmann::json;

// What must be the same for any number of jobs: everything but times and the number itself.
json without_times(json summary) {
  for (const char* key : {"wall_seconds", "events_per_second", "jobs"}) summary.erase(key);
  return summary;
}

TEST_CASE("a sweep without a mutation finds nothing and leaves nothing behind") {
  const TemporaryDirectory directory;
  const Answer answer = raftsim({"sweep", "calm", "--seeds", "40", "--out", directory.path("out")});
  CHECK(answer.exit_code == 0);
  CHECK(answer.err.empty());
  CHECK_THAT(answer.out, Contains("calm: 40 runs, no violation"));
  CHECK_THAT(answer.out, Contains("1 run, same fingerprint each time"));
  CHECK(std::filesystem::is_empty(directory.path("out")));
}

TEST_CASE("one and two jobs give the same results for the same seeds") {
  const TemporaryDirectory directory;
  const auto swept = [&](const char* jobs) {
    const Answer answer = raftsim({"sweep", "leader-crash", "--seeds", "30", "--first-seed", "100", "--jobs", jobs,
                                   "--format", "json", "--out", directory.path()});
    CHECK(answer.exit_code == 0);
    return without_times(json::parse(answer.out));
  };
  const json one = swept("1");
  CHECK(one == swept("2"));
  CHECK(one["runs"] == 30);
  CHECK(one["first_seed"] == 100);
  CHECK(one["events"] > 10'000);
  CHECK(one["virtual_seconds"] >= 300.0);
  CHECK(one["situations"].size() > 20);
  CHECK_FALSE(one["faults"].empty());
}

TEST_CASE("a mutation is found: the summary names the seeds, each leaves a trace, and each trace replays") {
  const TemporaryDirectory directory;
  const auto swept = [&](const char* jobs) {
    const Answer answer =
        raftsim({"sweep", "stale-ack", "--seeds", "1000", "--mutation", "match-overwrite", "--jobs", jobs,
                 "--max-violations", "2", "--keep", "2", "--format", "json", "--out", directory.path()});
    CHECK(answer.exit_code == 1);
    return without_times(json::parse(answer.out));
  };
  const json summary = swept("1");
  CHECK(summary == swept("2"));
  REQUIRE(summary["violations"].size() == 2);
  CHECK(directory.files().size() == 2);  // and no half-written file

  for (const json& violation : summary["violations"]) {
    const std::string trace = violation["trace"];
    CHECK(std::filesystem::path(trace).lexically_normal() ==
          directory.path("stale-ack-" + std::to_string(violation["seed"].get<std::uint64_t>()) +
                         "-match-overwrite.json"));
    const Answer replayed = raftsim({"replay", trace});
    CHECK(replayed.exit_code == 1);
    CHECK(replayed.err.empty());
    CHECK_THAT(replayed.out, Contains("reproduced, same fingerprint and verdict"));
    CHECK_THAT(replayed.out, Contains(violation["fingerprint"].get<std::string>()));
    CHECK_THAT(replayed.out, Contains(violation["checker"].get<std::string>()));
  }
}

TEST_CASE("the command that a summary offers can be pasted") {
  const TemporaryDirectory directory;
  const Answer answer = raftsim({"sweep", "stale-ack", "--mutation", "match-overwrite", "--max-violations", "1",
                                 "--out", directory.path("my traces")});
  REQUIRE(answer.exit_code == 1);
  const auto row = answer.out.find("  replay  ");
  REQUIRE(row != std::string::npos);
  const auto end = answer.out.find('\n', row);
  CHECK(Program::shell(answer.out.substr(row + 10, end - row - 10)).wait().exit_code == 1);
}

TEST_CASE("an unwritable directory is noticed before the sweep, not after it") {
  const TemporaryDirectory directory;
  write_file(directory.path("file"), "");
  const auto begin = std::chrono::steady_clock::now();
  const Answer answer = raftsim({"sweep", "leader-crash", "--seeds", "100000000", "--out", directory.path("file/out")});
  CHECK(answer.exit_code == 2);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(30));
}

TEST_CASE("a trace that cannot be written affects neither the summary nor the other traces") {
  const TemporaryDirectory directory;
  const std::vector<std::string> sweep{
      "sweep", "stale-ack", "--mutation", "match-overwrite", "--max-violations",   "2", "--keep",
      "2",     "--format",  "json",       "--out",           directory.path("out")};
  const json first = json::parse(raftsim(sweep).out);
  const std::string lost = first["violations"][0]["trace"];
  std::filesystem::remove(lost);
  std::filesystem::create_directories(lost + "/in the way");  // no file can be renamed to this
  // In another folder than this test's, where the command in the error must be run.
  std::string again = "cd '" + directory.path() + "' && \"$RAFTSIM\"";
  for (const std::string& word : sweep) again += " '" + word + "'";
  const Answer answer = Program::shell(again).wait();
  CHECK(answer.exit_code == 1);  // the violations found still count
  CHECK_THAT(answer.err, Contains(lost));
  const std::string file = std::filesystem::path(lost).filename().string();
  const auto advice = answer.err.find("; to record it: ");
  REQUIRE(advice != std::string::npos);
  const std::string command = answer.err.substr(advice + 16, answer.err.find('\n', advice) - advice - 16);
  CHECK_THAT(command, Contains(" --mutation match-overwrite --trace " + file));
  CHECK(Program::shell("cd '" + directory.path() + "' && " + command).wait().exit_code == 1);
  CHECK(raftsim({"replay", directory.path(file)}).exit_code == 1);
  const json second = json::parse(answer.out);
  CHECK(second["violations"][0]["trace"].is_null());
  CHECK(second["violations"][1]["trace"] == first["violations"][1]["trace"]);
}

TEST_CASE("Ctrl-C ends a sweep with the results so far, which is not a clean sweep") {
  const TemporaryDirectory directory;
  const auto signal = GENERATE(SIGINT, SIGTERM);
  Program program({"sweep", "calm", "--seeds", "100000000", "--format", "json", "--out", directory.path(), "--junit",
                   directory.path("r.xml"), "--markdown", directory.path("r.md"), "--github"});
  program.wait_until_caught(signal, true);
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  program.send(signal);
  const Answer answer = program.wait();
  CHECK(answer.exit_code == 130);
  CHECK_THAT(answer.err, Contains("interrupted") && Contains("::warning title=calm::interrupted after "));
  CHECK_THAT(read_file(directory.path("r.xml")), Contains("<skipped message=\"interrupted after "));
  CHECK_THAT(read_file(directory.path("r.md")), Contains("(interrupted after "));
  const json summary = json::parse(answer.out);
  CHECK(summary["interrupted"] == true);
  CHECK(summary["runs"] >= 1);
  CHECK(summary["runs"] < 100'000'000);
}

TEST_CASE("Ctrl-C leaves results that can be resumed, and says how") {
  const TemporaryDirectory directory;
  const std::string results = directory.path("results");
  Program program({"sweep", "calm", "--seeds", "100000000", "--out", directory.path("out"), "--results", results});
  program.wait_until_caught(SIGINT, true);
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  program.send(SIGINT);
  const Answer answer = program.wait();
  CHECK_THAT(answer.err, Catch::EndsWith("raftsim: to resume, run the same with --resume " + results + "\n"));
  const Answer merged = raftsim({"merge", results, "--partial", "--format", "json", "--out", directory.path("out")});
  CHECK_THAT(answer.out, Contains("(interrupted after "));
  CHECK(json::parse(merged.out)["runs"] >= 1);
}

TEST_CASE("a second Ctrl-C ends the sweep at once") {
  const TemporaryDirectory directory;
  // One run of a day.
  Program program({"sweep", "calm", "--seeds", "1", "--set", "chaos_ends=1440min", "--out", directory.path()});
  program.wait_until_caught(SIGINT, true);
  program.send(SIGINT);
  program.wait_until_caught(SIGINT, false);
  program.send(SIGINT);
  const Answer answer = program.wait();
  CHECK(answer.signal == SIGINT);
  CHECK(directory.files().empty());
}

TEST_CASE("a fault that never strikes is pointed out wherever a sweep reports") {
  const TemporaryDirectory directory;
  write_file(directory.path("inert.json"), R"({"name": "inert", "cluster": {"servers": 3}, "chaos_ends": "1s",
    "faults": [{"name": "often", "kind": "pause", "every": "200ms", "lasts": "20ms"},
               {"name": "beyond-the-end", "kind": "crash", "every": "15s", "lasts": "1s"}]})");
  const auto swept = [&](const char* seeds) {
    return raftsim({"sweep", directory.path("inert.json"), "--seeds", seeds, "--out", directory.path("out"), "--json",
                    directory.path("r.json")});
  };
  const Answer answer = swept("100");
  CHECK(answer.exit_code == 0);
  CHECK_THAT(answer.err,
             Contains("raftsim: warning: beyond-the-end struck nothing in 100 runs: its first strike comes"));
  CHECK_THAT(answer.err, !Contains("often"));
  CHECK_THAT(answer.out, Contains("0  beyond-the-end   <- WARNING: struck nothing"));
  CHECK(json::parse(read_file(directory.path("r.json")))["inert_faults"][0]["fault"] == "beyond-the-end");
  CHECK_THAT(swept("99").err, !Contains("struck nothing"));
}

TEST_CASE("run reports one seed, and writes its trace on request, violation or not") {
  const TemporaryDirectory directory;
  const std::string trace = directory.path("calm.json");
  const Answer answer = raftsim({"run", "calm", "--seed", "5", "--trace", trace});
  CHECK(answer.exit_code == 0);
  CHECK_THAT(answer.out, Contains("calm seed 5: no violation"));
  CHECK(checkers::read_trace(trace).header.seed == 5);
  const Answer replayed = raftsim({"replay", trace});
  CHECK(replayed.exit_code == 0);
  CHECK_THAT(replayed.out, Contains("reproduced"));
  CHECK(raftsim({"run", "calm", "--seed", "5"}).exit_code == 0);
}

TEST_CASE("a setting changes the run, and is in the trace") {
  const TemporaryDirectory directory;
  const std::string trace = directory.path("three.json");
  CHECK(raftsim({"run", "calm", "--set", "cluster.servers=3", "--trace", trace}).exit_code == 0);
  CHECK(checkers::read_trace(trace).header.servers == 3);
  CHECK(raftsim({"replay", trace}).exit_code == 0);
}

}  // namespace
}  // namespace raftsim::tools::test
