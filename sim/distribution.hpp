// Distributions over whole numbers, and probabilities as ratios: no floating point decides anything.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "sim/time.hpp"

namespace raftsim::sim {

// A probability. Invariant: numerator <= denominator, denominator > 0.
struct Ratio {
  std::uint32_t numerator = 0;
  std::uint32_t denominator = 1;
  friend constexpr bool operator==(const Ratio&, const Ratio&) = default;
  [[nodiscard]] constexpr bool never() const { return numerator == 0; }
  [[nodiscard]] constexpr bool always() const { return numerator == denominator; }
};

// A weighted mixture of uniform ranges [min, max], both inclusive. A fixed value is one range with min == max; a long
// tail is a second range with a small weight. Durations are in nanoseconds.
struct Distribution {
  struct Part {
    std::uint32_t weight = 1;
    std::uint64_t min = 0;
    std::uint64_t max = 0;
    friend constexpr bool operator==(const Part&, const Part&) = default;
  };
  std::vector<Part> parts;  // never empty once used; the sum of the weights is at least 1

  [[nodiscard]] static Distribution fixed(std::uint64_t value) { return {{Part{1, value, value}}}; }
  [[nodiscard]] static Distribution uniform(std::uint64_t min, std::uint64_t max) { return {{Part{1, min, max}}}; }
  [[nodiscard]] static Distribution fixed(Duration value) { return fixed(static_cast<std::uint64_t>(value.count())); }
  [[nodiscard]] static Distribution uniform(Duration min, Duration max) {
    return uniform(static_cast<std::uint64_t>(min.count()), static_cast<std::uint64_t>(max.count()));
  }
  // Of 0 (no) and 1 (yes).
  [[nodiscard]] static Distribution of(Ratio chance) {
    return {{Part{chance.denominator - chance.numerator, 0, 0}, Part{chance.numerator, 1, 1}}};
  }
  // Whether it lies in one of the parts, of whatever weight.
  [[nodiscard]] bool contains(std::uint64_t number) const {
    return std::any_of(parts.begin(), parts.end(),
                       [number](const Part& part) { return part.min <= number && number <= part.max; });
  }
  // The same, later: `by` is added to every number. The same draw of it is greater by as much.
  [[nodiscard]] Distribution shifted(std::uint64_t by) const {
    Distribution later = *this;
    for (Part& part : later.parts) {
      part.min += by;
      part.max += by;
    }
    return later;
  }
  friend bool operator==(const Distribution&, const Distribution&) = default;
};

}  // namespace raftsim::sim
