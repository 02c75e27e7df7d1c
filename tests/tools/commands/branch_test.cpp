// branch: a recorded run continued with other seeds, after one event and along the run.
#include "tools/commands/branch.hpp"

#include <csignal>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "checkers/trace/json.hpp"
#include "tools/commands/run.hpp"
#include "tools/program.hpp"

namespace raftsim::tools::test {
namespace {

using Names = std::vector<std::string>;

// A run that a planted bug makes fail, as few of its scenario do; or the same seed without the bug.
class RecordedExample {
 public:
  explicit RecordedExample(Names mutations = {"figure8"}) {
    std::ostringstream out;
    Console console{out, out};
    const ExitCode expected = mutations.empty() ? ExitCode::clean : ExitCode::violation;
    const RunOneOptions options{
        .choice = {.scenario = "leader-crash", .mutations = std::move(mutations), .settings = {}},
        .seed = 85,
        .trace = path()};
    REQUIRE(run_one(options, console) == expected);
  }
  [[nodiscard]] std::string path() const { return directory_.path("trace.json"); }
  [[nodiscard]] std::string told(BranchOptions options) const {
    std::ostringstream out;
    std::ostringstream err;
    Console console{out, err};
    options.file = path();
    CHECK(branch(options, console) == ExitCode::clean);
    return out.str();
  }
  [[nodiscard]] nlohmann::json json(BranchOptions options) const {
    options.json = true;
    return nlohmann::json::parse(told(std::move(options)));
  }

 private:
  TemporaryDirectory directory_;
};

// Why it gives up.
std::string gives_up(const BranchOptions& options) {
  std::ostringstream out;
  Console console{out, out};
  try {
    (void)branch(options, console);
  } catch (const BadInput& problem) {
    return problem.what();
  }
  return "";
}

TEST_CASE("Every continuation after the violation fails, and fewer do after the start") {
  const RecordedExample example;
  const auto told = example.json({.seeds = 12});
  const auto& cuts = told["cuts"];
  REQUIRE(cuts.size() == 17);
  CHECK(cuts.front()["event"] == 0);
  CHECK(cuts.front()["failing"] < 6);
  CHECK(cuts.back()["event"] == told["last_event"]);
  CHECK(cuts.back()["failing"] == 12);
  CHECK(cuts.back()["checkers"] == nlohmann::json{{"commit-durable-on-quorum", 12}});
  CHECK(told["violated"] == "commit-durable-on-quorum");
}

TEST_CASE("The event since which a run is doomed is one where the share of failing continuations rises") {
  const RecordedExample example;
  const auto told = example.json({.seeds = 12});
  const auto& turn = told["doomed_since"];
  REQUIRE(turn.is_object());
  const auto event = turn["event"].get<std::uint64_t>();
  const auto at = [&](std::uint64_t from) {
    return example.json({.from_event = from, .seeds = 12})["cuts"][0]["failing"].get<std::uint64_t>();
  };
  CHECK(at(event) == turn["failing"]);
  CHECK(at(event - 1) == turn["failing_before"]);
  const auto middle = told["cuts"].front()["failing"].get<std::uint64_t>() + 12;
  CHECK(2 * at(event) >= middle);
  CHECK(2 * at(event - 1) < middle);
  // It is named as inspect names it.
  const Answer inspected = raftsim({"inspect", example.path(), "--around", std::to_string(event), "--context", "0"});
  CHECK(inspected.out.find(turn["what"].get<std::string>()) != std::string::npos);
}

TEST_CASE("The number of threads changes nothing that branch tells") {
  const RecordedExample example;
  const auto one = example.told({.seeds = 7, .jobs = 1});
  CHECK(one.find("doomed since event") != std::string::npos);
  CHECK(example.told({.seeds = 7, .jobs = 3}) == one);
  CHECK(example.told({.seeds = 7, .jobs = 40}) == one);
}

TEST_CASE("After the start a continuation is the run of its own seed") {
  const RecordedExample example;
  const auto told = example.told({.from_event = 0, .seeds = 50});
  std::uint64_t failing = 0;
  for (std::uint64_t seed = 86; seed <= 135; ++seed) {
    std::ostringstream out;
    Console console{out, out};
    const RunOneOptions options{.choice = {.scenario = "leader-crash", .mutations = {"figure8"}, .settings = {}},
                                .seed = seed};
    failing += run_one(options, console) == ExitCode::violation ? 1 : 0;
  }
  CHECK(failing > 0);
  CHECK(failing < 50);
  CHECK_THAT(told, Catch::Contains("after event 0, 0.000000 s: " + std::to_string(failing) + " of 50 continuations"));
}

TEST_CASE("A clean run of a correct Raft is doomed at no event") {
  const RecordedExample example(Names{});
  const auto told = example.json({.seeds = 5});
  CHECK(told["doomed_since"].is_null());
  CHECK(told["violated"].is_null());
  for (const auto& cut : told["cuts"]) CHECK(cut["failing"] == 0);
  CHECK(example.told({.seeds = 5}).find("no event makes the difference") != std::string::npos);
}

TEST_CASE("An interrupted branch ends with exit code 130 and tells nothing") {
  const RecordedExample example;
  Program program({"branch", example.path(), "--seeds", "1000000"});
  program.wait_until_caught(SIGINT, true);
  program.send(SIGINT);
  const Answer answer = program.wait();
  CHECK(answer.exit_code == 130);
  CHECK(answer.out.empty());
  CHECK_THAT(answer.err, Catch::Contains("interrupted"));
}

TEST_CASE("branch refuses what it cannot continue, in one line") {
  const RecordedExample example;
  CHECK_THAT(gives_up({.file = example.path(), .from_event = 100'000}),
             Catch::Contains("--from-event 100000: expected an event of " + example.path() + ", from 0 to "));
  CHECK(gives_up({.file = example.path(), .seeds = 0}) == "--seeds: from 1 to 1,000,000, found 0");
  CHECK(gives_up({.file = example.path(), .jobs = 0}) == "--jobs: from 1 to 1024, found 0");
  checkers::Trace trace = checkers::read_trace(example.path());
  trace.header.fingerprint ^= 1U;
  checkers::write_trace(example.path(), trace.header, trace.verdict, trace.statistics, trace.events);
  CHECK_THAT(gives_up({.file = example.path()}), Catch::Contains("this program does not reproduce the run"));
}

}  // namespace
}  // namespace raftsim::tools::test
