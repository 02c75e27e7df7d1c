// When something happened.
#pragma once

#include "sim/event.hpp"
#include "sim/time.hpp"

namespace raftsim::checkers {

struct Moment {
  sim::EventId event = 0;
  sim::Time now{};
};

}  // namespace raftsim::checkers
