// The part of a run's history that no rule needs any more, so that checkers need not keep it for the whole run.
#pragma once

#include "core/types.hpp"

namespace raftsim::checkers {

class Ledger;

// No rule needs anything about an index below `index` or a term before `term`. At `index` itself every log is known.
struct Horizon {
  core::Index index;
  core::Term term;
  friend bool operator==(const Horizon&, const Horizon&) = default;
};

// From time to time the horizon moves to a point that all servers had reached some time ago. At that time each had:
//
// - a snapshot on its disk that covers at least the index, and had applied as much. The entry at the index was
//   committed, so every leader has it. Two logs match below the index exactly if they match at it. A server that
//   truncates, appends or applies below it goes back before what it has applied, which other rules forbid
//   (commit-monotonic, apply-in-order). A late packet about an index below it is no news to any server, or implies the
//   index itself: a server that has that has everything before.
// - the term, on its disk and in memory. From then on no server is a candidate, votes or leads in an earlier term.
//
// Since then every server's disk has completed a snapshot of something that was committed later. Disks execute
// operations in order: whatever a server was writing at the time is now durable or lost, and the messages that waited
// for it have left. So no vote or ack that was decided before that time leaves after it.
//
// A server that is down, cut off or not yet a member keeps the horizon from moving, however long; one that has been
// retired for good does not.
class HorizonWatch {
 public:
  // Updates the horizon; returns whether it has moved. Call after a snapshot was taken. O(servers).
  [[nodiscard]] bool look(const Ledger& ledger);
  [[nodiscard]] const Horizon& horizon() const { return horizon_; }

 private:
  Horizon horizon_;
  Horizon next_;      // the next horizon: reached by all servers when ...
  core::Index mark_;  // ... this was the last committed index
};

}  // namespace raftsim::checkers
