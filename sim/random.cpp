#include "sim/random.hpp"

#include <algorithm>
#include <limits>
#include <map>

#include "sim/fingerprint.hpp"
#include "sim/uniform.hpp"

namespace raftsim::sim {

namespace {

constexpr std::uint64_t golden_ratio = 0x9e3779b97f4a7c15U;

// SplitMix64 (Steele, Lea and Flood, 2014), started anew for each key.
class Engine {
 public:
  using result_type = std::uint64_t;
  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }
  Engine(std::uint64_t root, Key key) {
    const std::uint64_t name = static_cast<std::uint64_t>(key.purpose) << 32U | key.who;
    state_ = scramble(scramble(root ^ name) + key.nth);
  }
  result_type operator()() { return scramble(state_ += golden_ratio); }

 private:
  std::uint64_t state_ = 0;
};

const Distribution::Part& pick(Engine& engine, const std::vector<Distribution::Part>& parts) {
  if (parts.size() == 1) return parts.front();
  std::uint64_t total = 0;
  for (const Distribution::Part& part : parts) total += part.weight;
  std::uint64_t place = uniform(engine, 0, total - 1);
  for (const Distribution::Part& part : parts) {
    if (place < part.weight) return part;
    place -= part.weight;
  }
  return parts.back();
}

}  // namespace

Choices::Choices(std::uint64_t root_seed, std::vector<Override> overrides)
    : root_seed_(root_seed), root_(scramble(root_seed + golden_ratio)) {
  std::map<Key, std::uint64_t> last_of_each;
  for (const Override& each : overrides) last_of_each[each.key] = each.answer;
  overrides_.reserve(last_of_each.size());
  for (const auto& [key, answer] : last_of_each) overrides_.push_back({key, answer});
}

std::optional<std::uint64_t> Choices::overridden(Key key) const {
  const auto at = std::lower_bound(overrides_.begin(), overrides_.end(), key,
                                   [](const Override& each, Key wanted) { return each.key < wanted; });
  if (at == overrides_.end() || at->key != key) return std::nullopt;
  return at->answer;
}

std::uint64_t Choices::draw(Key key, const Distribution& distribution) const {
  const std::vector<Distribution::Part>& parts = distribution.parts;
  if (parts.size() == 1 && parts.front().min == parts.front().max) return parts.front().min;
  Engine engine(root_, key);
  const Distribution::Part& part = pick(engine, parts);
  return part.min == part.max ? part.min : uniform(engine, part.min, part.max);
}

bool Choices::draw_chance(Key key, Ratio chance) const {
  Engine engine(root_, key);
  return uniform(engine, 0, chance.denominator - 1) < chance.numerator;
}

}  // namespace raftsim::sim
