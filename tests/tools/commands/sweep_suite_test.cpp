// A suite is swept scenario by scenario: a line for each, and all that a sweep tells of what is violated.
#include <algorithm>
#include <filesystem>

#include "catch.hpp"
#include "tools/program.hpp"

namespace raftsim::tools::test {
namespace {

using Catch::Contains;

TEST_CASE("a suite that passes is a line for each of its scenarios") {
  const TemporaryDirectory directory;
  const Answer answer = raftsim({"sweep", "mit-lab", "--seeds", "2", "--out", directory.path("out")});
  CHECK(answer.exit_code == 0);
  CHECK_THAT(answer.out, Contains("mit-backup-3b: 2 runs, no violation\n"));
  CHECK_THAT(answer.out, Contains("\nmit-lab: 28 scenarios, none violated in "));
  CHECK(std::count(answer.out.begin(), answer.out.end(), '\n') == 30);
  CHECK(std::filesystem::is_empty(directory.path("out")));
}

TEST_CASE("of a suite that fails the violations are told, with their traces, and the exit code says so") {
  const TemporaryDirectory directory;
  const Answer answer =
      raftsim({"sweep", "mit-lab", "--seeds", "20", "--mutation", "delete-in-loop", "--out", directory.path("out")});
  CHECK(answer.exit_code == 1);
  CHECK_THAT(answer.out, Contains("mit-initial-election-3a: 20 runs, no violation\n"));
  CHECK_THAT(answer.out, Contains(": log-matching after "));
  CHECK_THAT(answer.out, Contains(" violated in "));
  CHECK_FALSE(std::filesystem::is_empty(directory.path("out")));
}

TEST_CASE("a scenario of a suite goes by its own name") {
  const TemporaryDirectory directory;
  const Answer swept = raftsim({"sweep", "mit-rejoin-3b", "--seeds", "3", "--out", directory.path()});
  CHECK(swept.exit_code == 0);
  CHECK_THAT(swept.out, Contains("mit-rejoin-3b: 3 runs, no violation"));
  CHECK_THAT(raftsim({"scenarios", "mit-rejoin-3b"}).out,
             Contains("mit-rejoin-3b: 3 servers, 0 clients, a script of 11 steps"));
  CHECK_THAT(raftsim({"scenarios", "mit-lab"}).out, Contains("mit-rejoin-3b\n    a leader comes back"));
  CHECK_THAT(raftsim({"scenarios"}).out, Contains("mit-lab\n    a suite of 28 scenarios\n"));
}

TEST_CASE("what is asked of one scenario cannot be asked of a suite") {
  const Answer shard = raftsim({"sweep", "mit-lab", "--shard", "1/2"});
  CHECK(shard.exit_code == 2);
  CHECK_THAT(shard.err, Contains("--shard: takes one scenario, and mit-lab is a suite of 28"));
  const Answer run = raftsim({"run", "mit-lab"});
  CHECK(run.exit_code == 2);
  CHECK_THAT(run.err, Contains("mit-lab: is a suite: only sweep and scenarios take one"));
}

TEST_CASE("a trace tells which step of a script did what, in which iteration") {
  const TemporaryDirectory directory;
  write_file(directory.path("x.json"), R"({"name": "x", "cluster": {"servers": 3}, "script": [
      {"repeat": 3, "as": "i", "steps": [
        {"agree": {"servers": 3}}, {"cut": "S1"}, {"if": "i == 2", "expect": {"leaders": 0}}, {"connect": "S1"}]}]})");
  const Answer swept = raftsim({"sweep", directory.path("x.json"), "--seeds", "1", "--out", directory.path("out")});
  CHECK(swept.exit_code == 1);
  CHECK_THAT(
      swept.out,
      Contains(R"(expected      script.0.steps.2 (i = 2), {"if": "i == 2", "expect": {"leaders": 0}}: it is so)"));
  const std::string trace = directory.path("out") + "/x-1.json";
  CHECK(raftsim({"replay", trace}).exit_code == 1);
  CHECK_THAT(raftsim({"replay", trace}).out, Contains("reproduced, same fingerprint and verdict"));
  CHECK_THAT(raftsim({"inspect", trace}).out, Contains("!! script.0.steps.1 (i = 1): cut S1"));
}

}  // namespace
}  // namespace raftsim::tools::test
