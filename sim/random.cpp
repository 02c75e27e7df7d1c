#include "sim/random.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <string>

#include "sim/fingerprint.hpp"
#include "sim/uniform.hpp"

namespace raftsim::sim {

namespace {

constexpr std::uint64_t golden_ratio = 0x9e3779b97f4a7c15U;
constexpr std::uint64_t another_odd_number = 0xd1342543de82ef95U;  // spreads small items over all 64 bits

// SplitMix64 (Steele, Lea and Flood, 2014), started anew for each key.
class Engine {
 public:
  using result_type = std::uint64_t;
  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }
  Engine(std::uint64_t root, const Key& key) {
    const std::uint64_t name = static_cast<std::uint64_t>(key.purpose) << 32U | key.who;
    state_ = scramble(scramble(root ^ name ^ key.item * another_odd_number) + key.nth);
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

// "0 to 5, or 100 to 900"
std::string ranges_of(const Distribution& distribution) {
  std::string text;
  for (const Distribution::Part& part : distribution.parts) {
    if (!text.empty()) text += ", or ";
    text += std::to_string(part.min);
    if (part.max != part.min) text += " to " + std::to_string(part.max);
  }
  return text;
}

std::string in_words(const Override& override, const Distribution& allowed) {
  const Key& key = override.key;
  const std::string name = name_of(key.purpose);
  return "override of " + (name == "?" ? "purpose " + std::to_string(static_cast<int>(key.purpose)) : name) + " (who " +
         std::to_string(key.who) + ", nth " + std::to_string(key.nth) + ", item " + std::to_string(key.item) +
         "): expected an answer from " + ranges_of(allowed) + ", found " + std::to_string(override.answer);
}

}  // namespace

std::uint32_t key_of(std::string_view name) {
  std::uint64_t digest = golden_ratio;
  for (const char letter : name) digest = scramble(digest + static_cast<unsigned char>(letter));
  return static_cast<std::uint32_t>(digest);
}

BadOverride::BadOverride(const Override& override, Distribution allowed)
    : std::runtime_error(in_words(override, allowed)), override_(override), allowed_(std::move(allowed)) {}

Choices::Choices(std::uint64_t root_seed, const std::vector<Override>& overrides)
    : root_seed_(root_seed), root_(scramble(root_seed + golden_ratio)), is_watched_(!overrides.empty()) {
  std::map<Key, std::uint64_t> last_of_each;
  for (const Override& each : overrides) last_of_each[each.key] = each.answer;
  overrides_.reserve(last_of_each.size());
  for (const auto& [key, answer] : last_of_each) overrides_.push_back({key, answer});
}

void Choices::reseed(std::uint64_t root_seed) {
  root_seed_ = root_seed;
  root_ = scramble(root_seed + golden_ratio);
}

std::optional<std::uint64_t> Choices::overridden(const Key& key) const {
  const auto at = std::lower_bound(overrides_.begin(), overrides_.end(), key,
                                   [](const Override& each, const Key& wanted) { return each.key < wanted; });
  if (at == overrides_.end() || at->key != key) return std::nullopt;
  return at->answer;
}

// The one place where an answer from outside comes in.
std::uint64_t Choices::answer(const Key& key, const Distribution& distribution, std::uint64_t drawn) const {
  const std::uint64_t answer = overridden(key).value_or(drawn);
  if (!distribution.contains(answer)) throw BadOverride({key, answer}, distribution);
  if (log_.to != nullptr) log_.to->push_back({key, distribution, answer});
  return answer;
}

std::uint64_t Choices::draw(const Key& key, const Distribution& distribution) const {
  const std::vector<Distribution::Part>& parts = distribution.parts;
  if (parts.size() == 1 && parts.front().min == parts.front().max) return parts.front().min;
  Engine engine(root_, key);
  const Distribution::Part& part = pick(engine, parts);
  return part.min == part.max ? part.min : uniform(engine, part.min, part.max);
}

bool Choices::draw_chance(const Key& key, Ratio chance) const {
  Engine engine(root_, key);
  return uniform(engine, 0, chance.denominator - 1) < chance.numerator;
}

std::vector<Override> not_asked_for(const std::vector<Override>& overrides, const std::vector<Decision>& decisions) {
  std::map<Key, std::uint64_t> left;
  for (const Override& each : overrides) left[each.key] = each.answer;
  for (const Decision& decision : decisions) left.erase(decision.key);
  std::vector<Override> result;
  result.reserve(left.size());
  for (const auto& [key, answer] : left) result.push_back({key, answer});
  return result;
}

}  // namespace raftsim::sim
