// The first servers of a cluster, as hosts of its world.
#pragma once

#include "sim/packet.hpp"

namespace raftsim::tests {

inline constexpr sim::HostId s1{0};
inline constexpr sim::HostId s2{1};
inline constexpr sim::HostId s3{2};

}  // namespace raftsim::tests
