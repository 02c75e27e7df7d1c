// A sweep's summary depends only on its seeds: not on the number of threads, nor on their speed.
#include "tools/sweep/seed_workers.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "catch.hpp"
#include "tools/exit_code.hpp"
#include "tools/sweep/summary_json.hpp"

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

// Everything is kept, so that it can be checked.
Summary swept(SweepPlan plan, RunSeed run = imitate) {
  plan.keep = no_limit;
  SeedWorkers workers(plan, [&] { return run; });
  return workers.summary();
}

std::vector<std::uint64_t> violating_seeds(const Summary& summary) {
  std::vector<std::uint64_t> seeds;
  for (const ViolationGroup& group : summary.violations.groups()) {
    for (const Violation& violation : group.kept) seeds.push_back(violation.seed);
  }
  std::ranges::sort(seeds);
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

TEST_CASE("one run in a hundred is repeated, wherever the seeds begin") {
  CHECK(swept({.first_seed = 5, .seeds = 200, .jobs = 2, .max_violations = 1000}).repeated == 2);
  CHECK(swept({.first_seed = 5, .seeds = 203, .jobs = 2, .max_violations = 1000}).repeated == 3);
  CHECK(swept({.first_seed = 1, .seeds = 1, .jobs = 2}).repeated == 1);  // even if there is only one
}

TEST_CASE("the sweep stops at its violation limit, and keeps the violations of the smallest seeds") {
  const auto jobs = GENERATE(1U, 2U, 8U);
  const Summary summary = swept({.first_seed = 1, .seeds = 100'000, .jobs = jobs, .max_violations = 3});
  CHECK(violating_seeds(summary) == std::vector<std::uint64_t>{3, 10, 17});
  CHECK(summary.runs == 17);  // what other threads ran beyond it does not count
  CHECK(by_checker(summary.violations)[0].name == "match-truth");
  CHECK(by_checker(summary.violations)[0].count == 2);
  CHECK(summary.violations.by_frequency()[0].seeds == std::vector<std::uint64_t>{3, 17});
  CHECK(summary.violations.by_frequency()[1].seeds == std::vector<std::uint64_t>{10});
}

TEST_CASE("a sweep below its violation limit runs every seed once") {
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

TEST_CASE("a stopped sweep finishes what is under way and keeps all of it") {
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
  // Seeds are assigned in order: those that ran are the first ones.
  const Summary again = swept({.first_seed = 1, .seeds = summary.runs, .jobs = 1, .max_violations = 1'000'000});
  CHECK(again.fingerprint == summary.fingerprint);
}

TEST_CASE("a finished sweep was not interrupted") {
  SeedWorkers workers({.first_seed = 1, .seeds = 10, .jobs = 2, .max_violations = 1}, [] { return imitate; });
  CHECK(workers.summary().violations.size() == 1);
  CHECK_FALSE(workers.interrupted());
}

TEST_CASE("shards run every seed once between them, and each repeats its part") {
  const std::uint64_t count = GENERATE(2U, 3U, 4U, 7U, 20U);
  std::set<std::uint64_t> seen;
  std::uint64_t runs = 0;
  std::uint64_t twice = 0;
  std::uint64_t most_twice = 0;
  for (std::uint64_t number = 1; number <= count; ++number) {
    const SweepPlan plan{.first_seed = 5, .seeds = 4001, .shard = {number, count}};
    std::uint64_t mine = 0;
    for (std::uint64_t run = 0; run < plan.runs(); ++run) {
      seen.insert(plan.seed(run));
      mine += plan.runs_twice(run) ? 1 : 0;
    }
    runs += plan.runs();
    twice += mine;
    most_twice = std::max(most_twice, mine);
  }
  CHECK(runs == 4001);
  CHECK(seen.size() == 4001);
  CHECK(*seen.begin() == 5);
  CHECK(*seen.rbegin() == 4005);
  CHECK(twice == 40);
  CHECK(most_twice <= 2 * twice / count);
}

TEST_CASE("results taken before the end and later ones add up to the whole") {
  SeedWorkers workers({.first_seed = 1, .seeds = 200, .jobs = 3, .max_violations = 1000, .keep = 2},
                      [] { return imitate; });
  Summary sum(2);
  while (!workers.wait_for(2ms)) sum += workers.take();
  sum += workers.take();
  const Summary whole =
      SeedWorkers({.first_seed = 1, .seeds = 200, .max_violations = 1000, .keep = 2}, [] { return imitate; }).summary();
  CHECK(summary_to_json(sum) == summary_to_json(whole));
  CHECK(workers.progress().runs == 200);
}

TEST_CASE("a sweep resumes where another ended, and ends at the same violation") {
  const SweepPlan part{.first_seed = 1, .seeds = 12, .jobs = 2, .max_violations = 3};
  const SweepPlan plan{.first_seed = 1, .seeds = 1000, .jobs = 2, .max_violations = 3};
  Summary sum = SeedWorkers(part, [] { return imitate; }).summary();
  sum += SeedWorkers(plan, [] { return imitate; }, sum).summary();
  CHECK(summary_to_json(sum) == summary_to_json(SeedWorkers(plan, [] { return imitate; }).summary()));
  CHECK(sum.runs == 17);
  CHECK(SeedWorkers(plan, [] { return imitate; }, sum).summary().runs == 0);  // nothing is left
}

TEST_CASE("of each kind the shortest runs are kept, in whatever order they arrive") {
  const auto violation = [](std::uint64_t seed, std::uint64_t events) {
    return Violation{seed, seed, {"match-truth", "at most 7", std::to_string(seed), 1, {}, "safety"}, events};
  };
  const std::vector<Violation> all{violation(1, 50), violation(2, 20), violation(3, 70), violation(4, 20)};
  Violations forwards(2);
  Violations backwards(2);
  for (const Violation& each : all) forwards.add(each);
  for (auto each = all.rbegin(); each != all.rend(); ++each) backwards.add(*each);
  for (const Violations& violations : {forwards, backwards}) {
    REQUIRE(violations.groups().size() == 1);
    const ViolationGroup& group = violations.groups()[0];
    CHECK(group.runs == 4);
    CHECK(group.seeds == std::vector<std::uint64_t>{1, 2, 3, 4});
    REQUIRE(group.kept.size() == 2);
    CHECK(group.kept[0].seed == 2);  // the earlier of two equally long runs
    CHECK(group.kept[1].seed == 4);
  }
}

TEST_CASE("virtual time that overflows saturates") {
  Summary centuries;
  centuries.total.virtual_time = sim::Duration::max() - 1s;
  Summary more;
  more.total.virtual_time = 10s;
  centuries += more;
  CHECK(centuries.total.virtual_time == sim::Duration::max());
}

TEST_CASE("an invalid plan is refused") {
  CHECK_NOTHROW(check({.first_seed = 1, .seeds = 1, .jobs = 1, .max_violations = 1}));
  CHECK_NOTHROW(check({.first_seed = ~std::uint64_t{0}, .seeds = 1, .jobs = 1}));
  CHECK_THROWS_AS(check({.first_seed = ~std::uint64_t{0}, .seeds = 2, .jobs = 1}), BadInput);
  CHECK_THROWS_AS(check({.first_seed = 1, .seeds = 0, .jobs = 1}), BadInput);
  CHECK_THROWS_AS(check({.first_seed = 1, .seeds = 1, .jobs = 0}), BadInput);
  CHECK_THROWS_AS(check({.first_seed = 1, .seeds = 1, .jobs = 1, .max_violations = 0}), BadInput);
  CHECK_THROWS_AS(check({.first_seed = 1, .seeds = 1, .keep = 0}), BadInput);
  CHECK_THROWS_AS(check({.first_seed = 1, .seeds = 3, .shard = {4, 4}}), BadInput);
}

}  // namespace
}  // namespace raftsim::tools
