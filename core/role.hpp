// The role of a server in its cluster, and the state of a follower as seen by its leader.
#pragma once

#include <cstdint>

namespace raftsim::core {

enum class Role : std::uint8_t { follower, pre_candidate, candidate, leader };
[[nodiscard]] const char* name_of(Role role);

// How a leader sends to one follower (names of etcd-io/raft's tracker).
enum class ProgressState : std::uint8_t {
  probe,      // unknown where the logs match: one message at a time
  replicate,  // known to match up to match_index: a window of messages in flight
  snapshot,   // it lacks entries that the leader has compacted: one chunk of a snapshot at a time
};
[[nodiscard]] const char* name_of(ProgressState state);

}  // namespace raftsim::core
