// A set of kinds of observations as a small value.
#pragma once

#include <cstdint>

#include "core/observation.hpp"

namespace raftsim::checkers {

class ObservationKinds {
 public:
  constexpr ObservationKinds() = default;
  template <core::IsObserved... Whats>
  [[nodiscard]] static constexpr ObservationKinds of() {
    return ObservationKinds((0U | ... | bit(core::observation_kind<Whats>)));
  }
  [[nodiscard]] static constexpr ObservationKinds all() {
    return ObservationKinds((std::uint32_t{1} << core::observation_kind_count) - 1U);
  }

  [[nodiscard]] constexpr bool contains(core::ObservationKind kind) const { return (bits_ & bit(kind)) != 0; }
  [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
  friend constexpr ObservationKinds operator|(ObservationKinds a, ObservationKinds b) {
    return ObservationKinds(a.bits_ | b.bits_);
  }
  // The kinds in `a` that are not in `b`.
  friend constexpr ObservationKinds operator-(ObservationKinds a, ObservationKinds b) {
    return ObservationKinds(a.bits_ & ~b.bits_);
  }
  friend constexpr bool operator==(ObservationKinds, ObservationKinds) = default;

 private:
  constexpr explicit ObservationKinds(std::uint32_t bits) : bits_(bits) {}
  [[nodiscard]] static constexpr std::uint32_t bit(core::ObservationKind kind) {
    return std::uint32_t{1} << static_cast<unsigned>(kind);
  }
  static_assert(core::observation_kind_count < 32);

  std::uint32_t bits_ = 0;
};

}  // namespace raftsim::checkers
