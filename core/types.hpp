// Raft's numbers as distinct types, so that a term cannot be passed where an index is expected.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>

namespace raftsim::core {

// A term: Raft's logical clock (paper, section 5.1). Term 0 precedes every election.
struct Term {
  std::uint64_t value = 0;
  friend constexpr auto operator<=>(Term, Term) = default;
  [[nodiscard]] constexpr Term next() const { return {value + 1}; }
};

// An index in the log. Real entries start at 1. Index 0 with term 0 is the base entry that every log shares, so that
// the same consistency check works for an empty log (paper, section 5.3).
struct Index {
  std::uint64_t value = 0;
  friend constexpr auto operator<=>(Index, Index) = default;
  [[nodiscard]] constexpr Index next() const { return {value + 1}; }
  // The index before this one. Precondition: value > 0.
  [[nodiscard]] constexpr Index previous() const { return {value - 1}; }
  friend constexpr Index operator+(Index index, std::uint64_t count) { return {index.value + count}; }
  friend constexpr Index operator-(Index index, std::uint64_t count) { return {index.value - count}; }
  // The number of entries in (from, to]. Precondition: from <= to.
  friend constexpr std::uint64_t distance(Index from, Index to) { return to.value - from.value; }
};

// The name of a server: S1, S2, ... Number 0 is no server: it means "none" in a vote or leader field, and no
// configuration may contain it.
struct ServerId {
  std::uint16_t value = 0;
  friend constexpr auto operator<=>(ServerId, ServerId) = default;
};
inline constexpr ServerId no_server{};

// Virtual time as seen by the core. The caller passes the current instant with each input; the core has no clock.
struct Clock {
  using rep = std::int64_t;
  using period = std::nano;
  using duration = std::chrono::nanoseconds;
  using time_point = std::chrono::time_point<Clock>;
  static constexpr bool is_steady = true;
};
using Duration = Clock::duration;
using Instant = Clock::time_point;
inline constexpr Instant never = Instant::max();

// The persistent state of a server besides its log (paper, Figure 2: currentTerm, votedFor).
struct HardState {
  Term term;
  ServerId vote;  // the candidate this server voted for in `term`, or no_server
  friend constexpr bool operator==(const HardState&, const HardState&) = default;
};

// A position in a log. Elections compare the last positions of two logs (paper, section 5.4.1).
struct LogPosition {
  Index index;
  Term term;
  friend constexpr bool operator==(const LogPosition&, const LogPosition&) = default;
  // Whether a log that ends here is at least as up to date as one that ends at `other`.
  [[nodiscard]] constexpr bool at_least_as_up_to_date_as(const LogPosition& other) const {
    return term > other.term || (term == other.term && index >= other.index);
  }
};

}  // namespace raftsim::core
