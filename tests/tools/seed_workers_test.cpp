// A sweep's summary depends on its seeds and on nothing else: not on the number of threads, nor on who is fastest.
#include "tools/sweep/seed_workers.hpp"

#include <set>
#include <thread>

#include "catch.hpp"
#include "tools/exit_code.hpp"

namespace raftsim::tools {
namespace {

using namespace std::chrono_literals;

bool violates(std::uint64_t seed) { return seed % 7 == 3; }

// A run as a sweep sees it, without simulating anything. Small seeds take longer, so that results come out of order.
RunResult imitate(std::uint64_t seed, bool twice) {
  std::this_thread::sleep_for(std::chrono::microseconds(seed % 5 == 0 ? 300 : 10));
  RunResult result;
  result.seed = seed;
  result.repeated = twice;
  result.outcome.fingerprint = core::mix(1, seed);
  result.outcome.statistics.events = 100 + seed;
  result.outcome.statistics.virtual_time = 1s;
  result.outcome.statistics.faults = {{"crash", seed % 3}, {"partition", 1}};
  result.outcome.statistics.situations.reach(checkers::Situation::split_vote);
  if (violates(seed)) {
    result.outcome.verdict =
        checkers::Verdict{seed % 2 == 0 ? "log-matching" : "match-truth", "a", "b", 9, {}, "safety"};
  }
  return result;
}

Summary swept(const SweepPlan& plan, RunSeed run = imitate) {
  SeedWorkers workers(plan, [&] { return run; });
  return workers.summary();
}

std::vector<std::uint64_t> violating_seeds(const Summary& summary) {
  std::vector<std::uint64_t> seeds;
  for (const Violation& violation : summary.violations) seeds.push_back(violation.seed);
  return seeds;
}

TEST_CASE("the summary is the same for any number of jobs") {
  const auto jobs = GENERATE(1U, 2U, 3U, 16U);
  const SweepPlan plan{.first_seed = 1, .seeds = 200, .jobs = jobs, .max_violations = 1000};
  const Summary summary = swept(plan);
  const Summary alone = swept({.first_seed = 1, .seeds = 200, .jobs = 1, .max_violations = 1000});
  CHECK(summary.runs == 200);
  CHECK(summary.fingerprint == alone.fingerprint);
  CHECK(violating_seeds(summary) == violating_seeds(alone));
  CHECK(summary.total.events == 200 * 100 + 200 * 201 / 2);
  CHECK(summary.total.virtual_time == 200s);
  CHECK(summary.total.faults[0].name == "crash");
  CHECK(summary.total.faults[0].count == 201);  // 1 + 2 + 0 sixty-six times, and 1 + 2
  CHECK(summary.total.faults[1].count == 200);
  CHECK(summary.total.situations.count(checkers::Situation::split_vote) == 200);
}

TEST_CASE("one run in twenty is made twice, wherever the seeds begin") {
  CHECK(swept({.first_seed = 5, .seeds = 40, .jobs = 2, .max_violations = 1000}).repeated == 2);
  CHECK(swept({.first_seed = 5, .seeds = 41, .jobs = 2, .max_violations = 1000}).repeated == 3);
  CHECK(swept({.first_seed = 1, .seeds = 1, .jobs = 2}).repeated == 1);  // even of one
}

TEST_CASE("the sweep ends with the violation that is enough, and those kept are the smallest") {
  const auto jobs = GENERATE(1U, 2U, 8U);
  const Summary summary = swept({.first_seed = 1, .seeds = 100'000, .jobs = jobs, .max_violations = 3});
  CHECK(violating_seeds(summary) == std::vector<std::uint64_t>{3, 10, 17});
  CHECK(summary.runs == 17);  // what others had run beyond it does not count
  CHECK(by_checker(summary.violations)[0].checker == "match-truth");
  CHECK(by_checker(summary.violations)[0].seeds == std::vector<std::uint64_t>{3, 17});
  CHECK(by_checker(summary.violations)[1].seeds == std::vector<std::uint64_t>{10});
}

TEST_CASE("a sweep that sees less than it would put up with runs every seed once") {
  std::mutex mutex;
  std::multiset<std::uint64_t> seen;
  const Summary summary =
      swept({.first_seed = 50, .seeds = 300, .jobs = 4, .max_violations = 1000}, [&](std::uint64_t seed, bool twice) {
        const std::lock_guard lock(mutex);
        seen.insert(seed);
        return imitate(seed, twice);
      });
  CHECK(summary.runs == 300);
  CHECK(seen.size() == 300);
  CHECK(*seen.begin() == 50);
  CHECK(*seen.rbegin() == 349);
  CHECK(std::set<std::uint64_t>(seen.begin(), seen.end()).size() == 300);
}

TEST_CASE("a failure of the harness ends the sweep at that seed") {
  const auto jobs = GENERATE(1U, 4U);
  const Summary summary = swept({.first_seed = 1, .seeds = 100'000, .jobs = jobs, .max_violations = 1000},
                                [](std::uint64_t seed, bool twice) {
                                  RunResult result = imitate(seed, twice);
                                  if (seed >= 30) result.failure = "two runs of one seed differ";
                                  return result;
                                });
  CHECK(summary.runs == 29);
  REQUIRE(summary.failures.size() == 1);
  CHECK(summary.failures[0].seed == 30);
}

TEST_CASE("stopped, it finishes what is under way and keeps all of it") {
  const SweepPlan plan{.first_seed = 1, .seeds = 1'000'000, .jobs = 3, .max_violations = 1'000'000};
  std::atomic<std::uint64_t> finished = 0;
  SeedWorkers workers(plan, [&]() -> RunSeed {
    return [&](std::uint64_t seed, bool twice) {
      RunResult result = imitate(seed, twice);
      ++finished;
      return result;
    };
  });
  CHECK_FALSE(workers.wait_for(20ms));
  workers.stop();
  const Summary& summary = workers.summary();
  CHECK(workers.interrupted());
  CHECK(summary.runs == finished);
  CHECK(workers.progress().runs == summary.runs);
  // Seeds are handed out in order: what was run is what comes first.
  const Summary again = swept({.first_seed = 1, .seeds = summary.runs, .jobs = 1, .max_violations = 1'000'000});
  CHECK(again.fingerprint == summary.fingerprint);
}

TEST_CASE("a finished sweep was not interrupted") {
  SeedWorkers workers({.first_seed = 1, .seeds = 10, .jobs = 2, .max_violations = 1}, [] { return imitate; });
  CHECK(workers.summary().violations.size() == 1);
  CHECK_FALSE(workers.interrupted());
}

TEST_CASE("a plan that makes no sense is refused") {
  CHECK_NOTHROW(check({.first_seed = 1, .seeds = 1, .jobs = 1, .max_violations = 1}));
  CHECK_NOTHROW(check({.first_seed = ~std::uint64_t{0}, .seeds = 1, .jobs = 1}));
  CHECK_THROWS_AS(check({.first_seed = ~std::uint64_t{0}, .seeds = 2, .jobs = 1}), BadInput);
  CHECK_THROWS_AS(check({.first_seed = 1, .seeds = 0, .jobs = 1}), BadInput);
  CHECK_THROWS_AS(check({.first_seed = 1, .seeds = 1, .jobs = 0}), BadInput);
  CHECK_THROWS_AS(check({.first_seed = 1, .seeds = 1, .jobs = 1, .max_violations = 0}), BadInput);
}

}  // namespace
}  // namespace raftsim::tools
