// Which seeds a sweep runs, with how many threads, and when it has seen enough.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>

namespace raftsim::tools {

inline constexpr unsigned most_jobs = 1024;  // of --jobs

// One of several machines that share the seeds of a sweep, as cards are dealt: of four shards the second takes the
// second seed, the sixth, the tenth, ... So each has its part of what is early, however long they run.
struct Shard {
  std::uint64_t number = 1;  // 1 to count
  std::uint64_t count = 1;
  friend bool operator==(const Shard&, const Shard&) = default;
};

inline constexpr std::uint64_t no_limit = std::numeric_limits<std::uint64_t>::max();

// The runs of a shard are numbered 0, 1, 2, ... in the order of their seeds.
struct SweepPlan {
  std::uint64_t first_seed = 1;
  std::uint64_t seeds = 1000;  // of all shards together
  unsigned jobs = 1;
  std::uint64_t max_violations = 10;  // the sweep ends with the run that is the last of so many
  std::uint64_t keep = 1;             // so many runs of each group of violations are kept: the shortest
  std::chrono::nanoseconds time{};    // the sweep ends after so long; zero: when all seeds are done
  Shard shard = {};

  [[nodiscard]] std::uint64_t runs() const { return (seeds - shard.number) / shard.count + 1; }
  [[nodiscard]] std::uint64_t seed(std::uint64_t run) const { return first_seed + position(run); }
  // One run in a hundred is made twice, as what is not deterministic can be neither replayed nor explained: the first
  // of all seeds, then one of each hundred. It is not the same one of each, so that every shard has some.
  [[nodiscard]] bool runs_twice(std::uint64_t run) const { return position(run) % 100 == position(run) / 100 % 100; }

 private:
  [[nodiscard]] std::uint64_t position(std::uint64_t run) const { return shard.number - 1 + run * shard.count; }
};

// How many seeds there are from this one on, at most no_limit.
[[nodiscard]] constexpr std::uint64_t seeds_from(std::uint64_t first) {
  return first == 0 ? no_limit : no_limit - first + 1;
}

// Throws BadInput for zeros, too many jobs or shards, seeds past the last one, and shards without a seed.
void check(const SweepPlan& plan);

// The cores that this process may use.
[[nodiscard]] unsigned available_cores();

}  // namespace raftsim::tools
