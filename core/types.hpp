// The numbers of Raft as distinct types, so that a term cannot be passed where an index is meant.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>

namespace raftsim::core {

// A term: Raft's logical clock (paper, section 5.1). Term 0 is before every election.
struct Term {
  std::uint64_t value = 0;
  friend constexpr auto operator<=>(Term, Term) = default;
  [[nodiscard]] constexpr Term next() const { return {value + 1}; }
};

// A position in the log. Real entries start at 1; index 0 with term 0 is the base entry that every log shares, so that an
// empty server joins by the same consistency check as any other (paper, section 5.3).
struct Index {
  std::uint64_t value = 0;
  friend constexpr auto operator<=>(Index, Index) = default;
  [[nodiscard]] constexpr Index next() const { return {value + 1}; }
  // The index before this one. Precondition: value > 0.
  [[nodiscard]] constexpr Index previous() const { return {value - 1}; }
  friend constexpr Index operator+(Index index, std::uint64_t count) { return {index.value + count}; }
  friend constexpr Index operator-(Index index, std::uint64_t count) { return {index.value - count}; }
  // How many entries lie in (from, to]. Precondition: from <= to.
  friend constexpr std::uint64_t distance(Index from, Index to) { return to.value - from.value; }
};

// The name of a server: S1, S2, ... Number 0 names nobody; it stands for "none" in a vote or a leader field, and no
// configuration may hold it.
struct ServerId {
  std::uint16_t value = 0;
  friend constexpr auto operator<=>(ServerId, ServerId) = default;
};
inline constexpr ServerId no_server{};

// Virtual time as the core sees it: the caller passes the current instant with each input; the core has no clock.
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

// What a server must remember besides its log (paper, Figure 2: currentTerm, votedFor).
struct HardState {
  Term term;
  ServerId vote;  // whom this server voted for in `term`, or no_server
  friend constexpr bool operator==(const HardState&, const HardState&) = default;
};

// The last entry of a log, as elections compare it (paper, section 5.4.1).
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
