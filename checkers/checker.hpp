// A property that must hold, fed with what servers say, what leaves on the wire, and what the disks hold.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/message.hpp"
#include "core/observation.hpp"
#include "sim/event.hpp"
#include "sim/packet.hpp"

namespace raftsim::checkers {

class Ledger;  // what is known of every server, kept once for all checkers (ledger.hpp)

// What a checker found. The run ends with the first.
struct Verdict {
  std::string checker;   // "election-safety"
  std::string expected;  // in words, with the numbers of this run
  std::string seen;
  sim::EventId event = 0;  // at which it was seen
  sim::Time at{};
  std::string property;  // "safety", "progress", "efficiency" or "assertion"
  friend bool operator==(const Verdict&, const Verdict&) = default;
};

}  // namespace raftsim::checkers
