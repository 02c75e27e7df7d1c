// What a server is to its cluster, and what a follower is to its leader.
#pragma once

#include <cstdint>

namespace raftsim::core {

enum class Role : std::uint8_t { follower, pre_candidate, candidate, leader };
[[nodiscard]] const char* name_of(Role role);

// How a leader sends to one follower (names of etcd-io/raft's tracker).
enum class ProgressState : std::uint8_t {
  probe,      // where the logs agree is unknown: one message at a time
  replicate,  // known to agree up to match_index: a window of messages in flight
  snapshot,   // it lacks entries that the leader's log no longer holds: one chunk of a snapshot at a time
};
[[nodiscard]] const char* name_of(ProgressState state);

}  // namespace raftsim::core
