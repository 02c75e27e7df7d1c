// Who answered a request for votes, and how: each voter counts once, however often its reply arrives.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>

#include "core/hash.hpp"
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
    (granted ? granted_ : denied_).set(voter);
  }
  [[nodiscard]] bool has(std::size_t voter) const { return granted_[voter] || denied_[voter]; }
  [[nodiscard]] Outcome outcome() const {
    const std::size_t quorum = quorum_of(voters_);
    if (granted_.count() >= quorum) return Outcome::won;
    return voters_ - denied_.count() < quorum ? Outcome::lost : Outcome::open;
  }
  [[nodiscard]] Digest mixed_into(Digest digest) const {
    for (std::size_t voter = 0; voter < voters_; ++voter) {
      digest = mix(digest, granted_[voter] ? 1 : denied_[voter] ? 2 : 0);
    }
    return digest;
  }

  VoteTally() = default;
  friend bool operator==(const VoteTally&, const VoteTally&) = default;

 private:
  explicit VoteTally(std::size_t voters) : voters_(voters) {}

  std::size_t voters_ = 0;
  std::bitset<max_servers> granted_;  // by position
  std::bitset<max_servers> denied_;
};

}  // namespace raftsim::core
