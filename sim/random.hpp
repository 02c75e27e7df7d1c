// Keyed randomness: the environment makes every choice through this interface.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "sim/distribution.hpp"

namespace raftsim::sim {

// What is being decided. The numbers are part of every seed's meaning: append, never renumber. Numbers from
// `first_of_scenario` on are for code built on the simulator.
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
  metadata_survival = 13,  // how many unsynced names survive a crash, out of metadata_survival_range
  reorder_delay = 14,
  timer_jitter = 18,         // by how much the timer of a host for a certain time is late
  handling_time = 19,        // how long a host takes over a packet
  link_extra = 16,           // what a link always takes more than others
  retransmission_loss = 17,  // of an attempt on a stream after the first: the upper bits of its number count them
  damage_place = 20,         // which byte of a disk's files rots, or is overwritten: out of damage_place_range
  damage_bit = 21,           // which bit of it flips
  misdirected_sector = 22,   // which sector of an fsync goes astray: out of damage_place_range
  length_survival = 15,      // a file that shrank has its new length after a crash
  first_of_scenario = 64,
};

[[nodiscard]] const char* name_of(Purpose purpose);  // "packet-delay"; "?" for purposes outside the simulator

// Identifies one decision by what is decided, never by the order of set-up or draws: the fate of the 17th AppendEntries
// from S1 to S3 does not depend on other draws, nor on how many heartbeats took the same link. A decision about two
// things, such as a rule and a packet, names both.
struct Key {
  Purpose purpose{};
  std::uint32_t who = 0;   // a host, a link (link_key) or a name (key_of)
  std::uint64_t nth = 0;   // the ordinal of this decision among its kind, from 0
  std::uint64_t item = 0;  // a further distinction besides `who` and `nth`: a packet's kind, a sector, a victim
  friend constexpr auto operator<=>(const Key&, const Key&) = default;
};

// Key::who for a link between two hosts, by number.
[[nodiscard]] constexpr std::uint32_t link_key(std::uint16_t from, std::uint16_t to) {
  return static_cast<std::uint32_t>(from) << 16U | to;
}
// Key::who for something with a name: a fault, a network rule.
[[nodiscard]] std::uint32_t key_of(std::string_view name);

// A fixed answer to one decision in place of chance: the basis of recordings, shrinking and exhaustive search.
struct Override {
  Key key;
  std::uint64_t answer = 0;
  friend constexpr bool operator==(const Override&, const Override&) = default;
};

// One decision that was requested. As an override, (key, answer) repeats it.
struct Decision {
  Key key;
  Distribution distribution;  // for a chance: of 0 (no) and 1 (yes)
  std::uint64_t answer = 0;
  friend bool operator==(const Decision&, const Decision&) = default;
};

// Thrown if an override's answer is not possible for its decision.
class BadOverride : public std::runtime_error {
 public:
  BadOverride(const Override& override, Distribution allowed);
  [[nodiscard]] const Override& override_of() const { return override_; }
  [[nodiscard]] const Distribution& allowed() const { return allowed_; }

 private:
  Override override_;
  Distribution allowed_;
};

// A pure function of (root seed, key, distribution) except where an override answers. A value.
class Choices {
 public:
  // Of several overrides for one key the last one counts. Otherwise their order does not matter.
  explicit Choices(std::uint64_t root_seed, const std::vector<Override>& overrides = {});

  // From now on each requested decision is appended to `log` (null: stop recording). Not owned. Copies do not record.
  void record(std::vector<Decision>* log) {
    log_.to = log;
    is_watched_ = log != nullptr || !overrides_.empty();
  }

  // A number from the distribution, or the override's. Throws BadOverride for an override outside all parts of the
  // distribution. A part of weight 0 counts as a part: what chance never chooses can still be requested.
  [[nodiscard]] std::uint64_t decide(const Key& key, const Distribution& distribution) const {
    const std::uint64_t drawn = draw(key, distribution);
    return is_watched_ ? answer(key, distribution, drawn) : drawn;
  }
  // A duration in nanoseconds from the distribution.
  [[nodiscard]] Duration decide_duration(const Key& key, const Distribution& distribution) const {
    return Duration(static_cast<std::int64_t>(decide(key, distribution)));
  }
  // Whether an event of this probability happens; a probability of zero or one draws nothing. An override (0 = no,
  // 1 = yes) answers even then: "what if this packet had been lost?" can be asked of a network that loses none.
  [[nodiscard]] bool decide_chance(const Key& key, Ratio chance) const {
    if (is_watched_) return answer(key, Distribution::of(chance), draw_chance(key, chance) ? 1 : 0) != 0;
    if (chance.never()) return false;
    return chance.always() || draw_chance(key, chance);
  }
  // What decide() returns without an override. For decisions that others depend on: see Nemesis.
  [[nodiscard]] std::uint64_t draw(const Key& key, const Distribution& distribution) const;

  // From now on decisions are drawn as with this root seed; overrides answer as before.
  void reseed(std::uint64_t root_seed);

  [[nodiscard]] std::uint64_t root_seed() const { return root_seed_; }
  [[nodiscard]] const std::vector<Override>& overrides() const { return overrides_; }  // by key, one per key

 private:
  // Not copied with a world: copies are not watched.
  struct Log {
    std::vector<Decision>* to = nullptr;
    Log() = default;
    Log(const Log&) {}
    Log(Log&& other) noexcept : to(other.to) {}
    Log& operator=(const Log& other) noexcept {
      if (this != &other) to = nullptr;
      return *this;
    }
    Log& operator=(Log&& other) noexcept {
      to = other.to;
      return *this;
    }
    ~Log() = default;
  };
  [[nodiscard]] std::optional<std::uint64_t> overridden(const Key& key) const;
  [[nodiscard]] std::uint64_t answer(const Key& key, const Distribution& distribution, std::uint64_t drawn) const;
  [[nodiscard]] bool draw_chance(const Key& key, Ratio chance) const;

  std::uint64_t root_seed_;
  std::uint64_t root_;               // the start state of each decision's generator
  std::vector<Override> overrides_;  // sorted by key, one per key
  Log log_;
  bool is_watched_;  // whether there are overrides or a log: the only branch that either costs
};

// The overrides that no decision used, ascending by key.
[[nodiscard]] std::vector<Override> not_asked_for(const std::vector<Override>& overrides,
                                                  const std::vector<Decision>& decisions);

}  // namespace raftsim::sim
