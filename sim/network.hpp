// The network: per-link delay, loss, duplication, reordering, bandwidth, partitions, and faults aimed at a kind of packet.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/distribution.hpp"
#include "sim/packet.hpp"
#include "sim/random.hpp"

namespace raftsim::sim {

struct LinkSettings {
  Distribution delay;                 // one way
  Ratio loss;
  Ratio duplicate;
  Distribution duplicate_delay;       // of the copy, after the original's delivery
  Ratio reorder;                      // this packet is delayed by reorder_delay more, and others overtake it
  Distribution reorder_delay;
  std::uint64_t bytes_per_second = 0; // 0 = unlimited; a link sends one packet after the other
  bool in_order = false;              // packets that are not reordered on purpose never overtake each other
  friend bool operator==(const LinkSettings&, const LinkSettings&) = default;
};

// A fault aimed at packets of one kind, from one host, to one host (each may be "any").
struct Rule {
  std::string name;
  std::optional<std::uint8_t> kind;
  std::optional<HostId> from;
  std::optional<HostId> to;
  Ratio chance{1, 1};                 // of applying to a packet that matches
  enum class Action : std::uint8_t {
    hold,       // delay by `delay` more
    drop,
    duplicate,  // one more copy after `delay`
    release,    // keep the `nth` packet that matches (from 1) until the `after`-th has been delivered
  } action = Action::hold;
  Distribution delay;
  std::uint64_t nth = 0;
  std::uint64_t after = 0;
  friend bool operator==(const Rule&, const Rule&) = default;
};
using RuleId = std::uint32_t;

struct NetworkSettings {
  LinkSettings links;  // every link
  struct Override {
    std::optional<HostId> from;
    std::optional<HostId> to;
    LinkSettings settings;
    friend bool operator==(const Override&, const Override&) = default;
  };
  std::vector<Override> overrides;  // the last that matches wins
  friend bool operator==(const NetworkSettings&, const NetworkSettings&) = default;
};

// (class Network: settings, rules added and removed while the run goes on, blocked links one way each
//  (block/unblock/is_blocked counted, so that two partitions can overlap), the packet store with slots reused,
//  per-link counters for Key::nth, statistics by fate; to be completed by the implementer)
class Network;

}  // namespace raftsim::sim
