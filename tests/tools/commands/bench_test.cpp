// raftsim bench end to end: it reports all that it promises. The figures depend on the machine.
#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "tools/program.hpp"

namespace raftsim::tools::test {
namespace {

using Catch::Contains;
using nlohmann::json;

TEST_CASE("bench reports the cost of an event by part, and the gain of a second worker") {
  const Answer answer = raftsim({"bench", "crash-once", "--runs", "3", "--jobs", "2", "--format", "json"});
  REQUIRE(answer.exit_code == 0);
  const json told = json::parse(answer.out);
  std::vector<std::string> sweeps;
  for (const json& each : told["measurements"]) sweeps.push_back(each["name"]);
  CHECK(sweeps == std::vector<std::string>{"1 job", "all jobs", "unchecked", "long runs"});
  CHECK(told["two_workers"]["runs_per_second_to_one"] > 0);
  CHECK(told["two_workers"]["processors_had"] > 0);

  const json& event = told["event"];
  double sum = 0;
  for (const json& part : event["parts"]) sum += part["nanoseconds"].get<double>();
  CHECK(std::abs(sum - event["nanoseconds"].get<double>()) < 0.001);
  CHECK(event["events"] == told["measurements"][0]["events"]);  // the same three runs
}

TEST_CASE("bench compares with saved results as ratios") {
  const TemporaryDirectory directory;
  const std::string saved = directory.path("saved.json");
  const Answer first = raftsim({"bench", "crash-once", "--runs", "3", "--jobs", "1", "--save", saved});
  REQUIRE(first.exit_code == 0);
  CHECK_THAT(first.out, Contains("an event takes ") && Contains("the rest") && Contains("allocates memory ") &&
                            Contains("2 workers do ") && !Contains("the baseline"));

  json faster = json::parse(read_file(saved));
  for (auto& [name, cost] : faster["relative_cost"].items()) cost = 1e6;
  write_file(saved, faster.dump());
  const Answer second = raftsim({"bench", "crash-once", "--runs", "3", "--jobs", "1", "--baseline", saved});
  CHECK_THAT(second.out, Contains("cost relative to the baseline") && Contains("  1 job              0.00\n") &&
                             Contains("  part: core         0.00\n") && Contains("in the baseline\n"));
  CHECK_THAT(raftsim({"bench", "calm", "--runs", "3", "--baseline", saved}).err,
             Contains("was measured with another scenario"));
  CHECK_THAT(raftsim({"bench", "crash-once", "--runs", "3", "--set", "cluster.servers=3", "--baseline", saved}).err,
             Contains("was measured with other settings (--set [])"));
  CHECK_THAT(raftsim({"bench", "crash-once", "--runs", "3", "--mutation", "figure8", "--baseline", saved}).err,
             Contains("or mutations ([])"));
  faster.erase("allocations_per_event");
  write_file(saved, faster.dump());
  CHECK_THAT(raftsim({"bench", "crash-once", "--runs", "3", "--baseline", saved}).err,
             Contains("was not written by --save"));
}

TEST_CASE("files that bench cannot read or write are noticed before it measures") {
  const TemporaryDirectory directory;
  const auto refused = [&](const char* option, const std::string& file) {
    const auto begin = std::chrono::steady_clock::now();
    const Answer answer = raftsim({"bench", "crash-once", "--runs", "100000000", option, file});
    CHECK(answer.exit_code == 2);
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(30));
    return answer.err;
  };
  CHECK_THAT(refused("--save", "/proc/none/costs.json"), Contains("/proc/none: cannot be written to"));
  CHECK_THAT(refused("--save", directory.path("")), Contains("is a directory"));
  CHECK_THAT(refused("--baseline", directory.path("none.json")), Contains("none.json: cannot be read: No such file"));
}

}  // namespace
}  // namespace raftsim::tools::test
