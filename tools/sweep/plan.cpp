#include "tools/sweep/plan.hpp"

#include <fmt/format.h>
#include <sched.h>

#include <algorithm>
#include <limits>
#include <thread>

#include "tools/exit_code.hpp"
#include "tools/terminal/wording.hpp"

namespace raftsim::tools {

namespace {

constexpr std::uint64_t most_shards = 100'000;

}  // namespace

void check(const SweepPlan& plan) {
  if (plan.seeds == 0) throw BadInput("--seeds: at least 1 is needed");
  if (plan.jobs == 0 || plan.jobs > most_jobs) {
    throw BadInput(fmt::format("--jobs: from 1 to {}, found {}", most_jobs, plan.jobs));
  }
  if (plan.max_violations == 0) throw BadInput("--max-violations: at least 1 is needed");
  if (plan.keep == 0) throw BadInput("--keep: at least 1 is needed");
  if (plan.shard.number == 0 || plan.shard.number > plan.shard.count) {
    throw BadInput(
        fmt::format("--shard: expected I/N with I from 1 to N, found {}/{}", plan.shard.number, plan.shard.count));
  }
  if (plan.shard.count > most_shards) {
    throw BadInput(fmt::format("--shard: at most {} shards, found {}", most_shards, plan.shard.count));
  }
  if (plan.shard.count > plan.seeds) {
    throw BadInput(fmt::format("--shard: {} shards are too many for {}: each shard needs one", plan.shard.count,
                               counted(plan.seeds, "seed")));
  }
  if (plan.first_seed > std::numeric_limits<std::uint64_t>::max() - (plan.seeds - 1)) {
    throw BadInput(
        fmt::format("--first-seed, --seeds: there are no seeds past {}", std::numeric_limits<std::uint64_t>::max()));
  }
}

unsigned available_cores() {
#ifdef __linux__
  cpu_set_t cores;
  if (::sched_getaffinity(0, sizeof cores, &cores) == 0) return static_cast<unsigned>(CPU_COUNT(&cores));
#endif
  return std::max(1U, std::thread::hardware_concurrency());
}

}  // namespace raftsim::tools
