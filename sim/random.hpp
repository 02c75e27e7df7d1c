// Keyed randomness and the one door through which the environment makes every choice.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/distribution.hpp"

namespace raftsim::sim {

// What is being decided. Numbers are part of every seed's meaning: append, never renumber. Those from
// `first_of_scenario` on belong to whoever builds on the simulator.
enum class Purpose : std::uint16_t {
  packet_delay = 1,
  packet_loss = 2,
  packet_duplicate = 3,
  packet_reorder = 4,
  duplicate_delay = 5,
  rule_chance = 6,  // a network rule applies to this packet
  rule_delay = 7,
  disk_latency = 8,
  fsync_latency = 9,
  sector_outcome = 10,
  sector_tear = 11,
  sector_garbage = 12,
  metadata_survival = 13,
  reorder_delay = 14,
  first_of_scenario = 64,
};

// Names one decision: the fate of the 17th packet from S1 to S3 does not depend on anything else that was drawn.
struct Key {
  Purpose purpose{};
  std::uint32_t who = 0;  // a host, a link (from << 16 | to), a rule, ...
  std::uint64_t nth = 0;  // the how-manieth decision of this kind, from 0
  friend constexpr auto operator<=>(const Key&, const Key&) = default;
};

// One decision answered in place of chance: what recordings, shrinking and exhaustive search are made of.
struct Override {
  Key key;
  std::uint64_t answer = 0;
  friend constexpr bool operator==(const Override&, const Override&) = default;
};

// A pure function of (root seed, key, distribution) except where an override answers. A value.
class Choices {
 public:
  // Of several overrides for one key the last counts.
  explicit Choices(std::uint64_t root_seed, std::vector<Override> overrides = {});

  // A number from the distribution. With an override, its answer as it stands.
  [[nodiscard]] std::uint64_t decide(Key key, const Distribution& distribution) const {
    if (!overrides_.empty()) {
      if (const std::optional<std::uint64_t> answer = overridden(key)) return *answer;
    }
    return draw(key, distribution);
  }
  // A duration in nanoseconds from the distribution.
  [[nodiscard]] Duration decide_duration(Key key, const Distribution& distribution) const {
    return Duration(static_cast<std::int64_t>(decide(key, distribution)));
  }
  // Whether an event of this probability happens; a probability of zero or one draws nothing. An override (0 = no,
  // else yes) answers even then: "what if this packet had been lost?" can be asked of a network that loses none.
  [[nodiscard]] bool decide_chance(Key key, Ratio chance) const {
    if (!overrides_.empty()) {
      if (const std::optional<std::uint64_t> answer = overridden(key)) return *answer != 0;
    }
    if (chance.never()) return false;
    return chance.always() || draw_chance(key, chance);
  }
  [[nodiscard]] std::uint64_t root_seed() const { return root_seed_; }

 private:
  [[nodiscard]] std::optional<std::uint64_t> overridden(Key key) const;
  [[nodiscard]] std::uint64_t draw(Key key, const Distribution& distribution) const;
  [[nodiscard]] bool draw_chance(Key key, Ratio chance) const;

  std::uint64_t root_seed_;
  std::uint64_t root_;               // where each decision's generator starts from
  std::vector<Override> overrides_;  // sorted by key, one each
};

}  // namespace raftsim::sim
