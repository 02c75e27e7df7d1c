// What lies behind a run: what no rule asks for any more, so that checkers need not note it for as long as the run
// lasts.
#pragma once

#include "core/types.hpp"

namespace raftsim::checkers {

class Ledger;

// Nothing is asked for any more that concerns an index below, or a term before. At the index itself every log is known.
struct Horizon {
  core::Index index;
  core::Term term;
  friend bool operator==(const Horizon&, const Horizon&) = default;
};

// Every so often the horizon moves to where all servers were some time ago. They had then, each,
//
// - a snapshot on its disk that goes at least up to the index, and had applied as much. It was committed, so whoever
//   leads has it. Whether two logs agree below the index is whether they agree at it. Who truncates, appends or applies
//   below it goes back behind what it has applied, which other rules forbid (commit-monotonic, apply-in-order); and
//   what a late packet says of there is no news to anybody, or means the index at least: who has it has what is before.
// - the term, on its disk and in memory. Nobody stands, votes or leads in an earlier one from then on.
//
// Since then everybody's disk has completed a snapshot of something that was committed later. Disks do one thing after
// the other: whatever a server had in hand at the time is durable or lost, and what waited for that has left. So no
// vote and no ack is decided before and leaves after.
//
// A server that is down, cut off or not a member yet holds the horizon where it was, however long; one that has been
// switched off for good does not.
class HorizonWatch {
 public:
  // Whether the horizon has moved. Worth asking after a snapshot was taken. O(servers).
  [[nodiscard]] bool look(const Ledger& ledger);
  [[nodiscard]] const Horizon& horizon() const { return horizon_; }

 private:
  Horizon horizon_;
  Horizon next_;      // where all servers were when
  core::Index mark_;  // so much was committed
};

}  // namespace raftsim::checkers
