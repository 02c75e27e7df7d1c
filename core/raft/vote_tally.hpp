// The replies to a request for votes. Each voter counts once, however often its reply arrives.
#pragma once

#include <cstdint>

#include "core/configuration.hpp"
#include "core/hash.hpp"
#include "core/server_set.hpp"

namespace raftsim::core {

class VoteTally {
 public:
  enum class Outcome : std::uint8_t { open, won, lost };

  // The first answer of a server counts.
  void record(ServerId server, bool granted) {
    if (!has(server)) (granted ? granted_ : denied_).insert(server);
  }
  [[nodiscard]] bool has(ServerId server) const { return granted_.contains(server) || denied_.contains(server); }
  // Servers that are not voters in `configuration` do not count.
  [[nodiscard]] Outcome outcome(const Configuration& configuration) const {
    if (configuration.has_quorum(granted_)) return Outcome::won;
    return configuration.has_quorum(configuration.members() - denied_) ? Outcome::open : Outcome::lost;
  }
  [[nodiscard]] Digest mixed_into(Digest digest) const { return denied_.mixed_into(granted_.mixed_into(digest)); }

  friend bool operator==(const VoteTally&, const VoteTally&) = default;

 private:
  ServerSet granted_;
  ServerSet denied_;
};

}  // namespace raftsim::core
