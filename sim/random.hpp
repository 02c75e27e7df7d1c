// Keyed randomness and the one door through which the environment makes every choice.
#pragma once

#include <compare>
#include <cstdint>
#include <vector>

#include "sim/distribution.hpp"

namespace raftsim::sim {

// What is being decided. Numbers are part of every seed's meaning: append, never renumber. Those from `first_of_scenario`
// on belong to whoever builds on the simulator.
enum class Purpose : std::uint16_t {
  packet_delay = 1,
  packet_loss = 2,
  packet_duplicate = 3,
  packet_reorder = 4,
  duplicate_delay = 5,
  rule_chance = 6,   // a network rule applies to this packet
  rule_delay = 7,
  disk_latency = 8,
  fsync_latency = 9,
  sector_outcome = 10,
  sector_tear = 11,
  sector_garbage = 12,
  metadata_survival = 13,
  first_of_scenario = 64,
};

// Names one decision: the fate of the 17th packet from S1 to S3 does not depend on anything else that was drawn.
struct Key {
  Purpose purpose{};
  std::uint32_t who = 0;  // a host, a link (from << 16 | to), a rule, ...
  std::uint64_t nth = 0;  // the how-manieth decision of this kind
  friend constexpr auto operator<=>(const Key&, const Key&) = default;
};

// One decision answered in place of chance: what recordings, shrinking and exhaustive search are made of.
struct Override {
  Key key;
  std::uint64_t answer = 0;
};

// A pure function of (root seed, key, distribution) except where an override answers. A value.
class Choices {
 public:
  explicit Choices(std::uint64_t root_seed, std::vector<Override> overrides = {});
  // A number from the distribution. With an override, its answer as it stands.
  [[nodiscard]] std::uint64_t decide(Key key, const Distribution& distribution) const;
  // A duration in nanoseconds from the distribution.
  [[nodiscard]] Duration decide_duration(Key key, const Distribution& distribution) const {
    return Duration(static_cast<std::int64_t>(decide(key, distribution)));
  }
  // Whether an event of this probability happens; a probability of zero or one draws nothing.
  [[nodiscard]] bool decide_chance(Key key, Ratio chance) const;
  [[nodiscard]] std::uint64_t root_seed() const { return root_seed_; }

 private:
  std::uint64_t root_seed_;
  std::vector<Override> overrides_;  // sorted by key
};

}  // namespace raftsim::sim
