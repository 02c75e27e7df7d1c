// Who answered a request for votes, and how: each voter counts once, however often its reply arrives.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "core/raft/quorum.hpp"

namespace raftsim::core {

class VoteTally {
 public:
  enum class Outcome : std::uint8_t { open, won, lost };

  // A new round, with nothing counted. Voters are named by their position in the configuration.
  void start(std::size_t voters) { *this = VoteTally(voters); }
  // The first answer of a voter stands.
  void record(std::size_t voter, bool granted) {
    if (has(voter)) return;
    (granted ? granted_ : denied_) |= bit(voter);
  }
  [[nodiscard]] bool has(std::size_t voter) const { return ((granted_ | denied_) & bit(voter)) != 0; }
  [[nodiscard]] Outcome outcome() const {
    const std::size_t quorum = quorum_of(voters_);
    if (count(granted_) >= quorum) return Outcome::won;
    return voters_ - count(denied_) < quorum ? Outcome::lost : Outcome::open;
  }
  [[nodiscard]] std::uint64_t granted() const { return granted_; }
  [[nodiscard]] std::uint64_t denied() const { return denied_; }

  VoteTally() = default;
  friend bool operator==(const VoteTally&, const VoteTally&) = default;

 private:
  explicit VoteTally(std::size_t voters) : voters_(voters) {}
  static constexpr std::uint64_t bit(std::size_t voter) { return std::uint64_t{1} << voter; }
  static constexpr std::size_t count(std::uint64_t voters) { return static_cast<std::size_t>(std::popcount(voters)); }

  std::size_t voters_ = 0;
  std::uint64_t granted_ = 0;
  std::uint64_t denied_ = 0;
};

}  // namespace raftsim::core
