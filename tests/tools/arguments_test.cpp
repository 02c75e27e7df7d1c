// The arguments that select the seeds of a sweep.
#include "tools/sweep/arguments.hpp"

#include "catch.hpp"
#include "tools/exit_code.hpp"

namespace raftsim::tools {
namespace {

using namespace std::chrono_literals;
using Catch::Contains;

TEST_CASE("a duration needs a unit") {
  CHECK(budget_from("90s") == 90s);
  CHECK(budget_from("10m") == 10min);
  CHECK(budget_from("10min") == 10min);
  CHECK(budget_from("1.5h") == 90min);
  CHECK(budget_from("0.25s") == 250ms);
  for (const char* wrong : {"", "10", "m", "10 m", "-1s", "0s", "10x", "nans", "infs", "1e9h", "10m5"}) {
    CAPTURE(wrong);
    CHECK_THROWS_AS(budget_from(wrong), BadInput);
  }
}

TEST_CASE("a shard is given as I of N") {
  CHECK(shard_from("2/4") == Shard{2, 4});
  CHECK(shard_from("1/1") == Shard{1, 1});
  for (const char* wrong : {"", "2", "/", "2/", "/4", "0/4", "5/4", "a/b", "1/2/3", "-1/2", "1/99999999999999999999"}) {
    CAPTURE(wrong);
    CHECK_THROWS_AS(shard_from(wrong), BadInput);
  }
}

TEST_CASE("if any shard would be without a seed, all of them are refused") {
  CHECK(plan_of({.seeds = 4, .shard = "4/4"}).runs() == 1);
  CHECK_THROWS_WITH(plan_of({.seeds = 4, .shard = "1/5"}), Contains("5 shards are too many for 4 seeds"));
  CHECK_THROWS_WITH(plan_of({.time = "10m", .shard = "1/100001"}), Contains("at most 100000 shards"));
}

TEST_CASE("a sweep stops after its tenth violation, unless told to continue or run as a shard") {
  CHECK(plan_of({}).max_violations == 10);
  CHECK(plan_of({}).seeds == 1000);
  CHECK(plan_of({.keep = 3}).max_violations == no_limit);
  CHECK(plan_of({.max_violations = 5, .keep = 3}).max_violations == 5);
  CHECK(plan_of({.shard = "1/2"}).max_violations == no_limit);
}

TEST_CASE("a duration replaces the number of seeds, and there are enough seeds") {
  const SweepPlan plan = plan_of({.time = "10m", .first_seed = "18446744073709551000"});
  CHECK(plan.time == 10min);
  CHECK(plan.seeds == 616);  // up to the last possible seed
  CHECK_THROWS_AS(plan_of({.seeds = 5, .time = "10m"}), BadInput);
}

TEST_CASE("a random first seed differs each time, and leaves room") {
  const SweepPlan one = plan_of({.first_seed = "random"});
  const SweepPlan other = plan_of({.first_seed = "random"});
  CHECK(one.first_seed != other.first_seed);  // except once in 10^12
  CHECK(one.first_seed < 1'000'000'000'000);
  CHECK_THROWS_AS(plan_of({.first_seed = "randm"}), BadInput);
  CHECK_THROWS_AS(plan_of({.first_seed = "random", .shard = "1/2"}), BadInput);  // the shards' seeds would differ
  CHECK_THROWS_AS(plan_of({.shard = "1/2", .max_violations = 3}), BadInput);     // no shard knows what the others find
}

}  // namespace
}  // namespace raftsim::tools
