// The parts of the simulator alone, at the work that a run gave them: what it costs, and that it was the same work.
#pragma once

#include <cstdint>

#include "tools/bench/recorded_run.hpp"

namespace raftsim::tools {

struct Replay {
  double nanoseconds = 0;   // of the processor: the least of a few times
  std::uint64_t calls = 0;  // how much of it was done, to hold against the run
  std::uint64_t same = 0;   // of the calls, those that came out as in the run, where that can be told
};

// Chance as in the run; or every delay fixed and nothing lost, so that nothing is drawn.
enum class Chance : std::uint8_t { as_it_was, none };

// Puts each event in when the run did, and takes out the next when the run did; one call for both. The events that came
// to nothing (a timer that was set anew) are not seen from outside: what they cost is added at the price of the others.
[[nodiscard]] Replay replay_queue(const RecordedRun& run);
// Sends each packet, and hands over those that arrived; one call for each that was sent. Rules of faults are left out:
// what they did to a packet is not the same.
[[nodiscard]] Replay replay_network(const RecordedRun& run, Chance chance);
// Takes and carries out each operation of each disk; one call for each. Crashes included.
[[nodiscard]] Replay replay_disks(const RecordedRun& run, Chance chance);
// Mixes as many numbers as the run did, those of its messages included; one call for each number.
[[nodiscard]] Replay replay_fingerprint(const RecordedRun& run);

}  // namespace raftsim::tools
