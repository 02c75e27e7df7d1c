// The members of the cluster, and whose majority decides (paper, section 6; dissertation, chapter 4).
#pragma once

#include <optional>
#include <string_view>

#include "core/bytes.hpp"
#include "core/hash.hpp"
#include "core/server_set.hpp"

namespace raftsim::core {

// While `outgoing` is not empty the configuration is joint (C_old,new): decisions need separate majorities of the
// voters and of the outgoing voters. Learners receive the log but do not vote.
struct Configuration {
  ServerSet voters;    // of C_new, or of the only configuration if not joint
  ServerSet outgoing;  // of C_old while joint; else empty
  // Disjoint from the voters. A learner that is also an outgoing voter votes until C_new is in force.
  ServerSet learners;

  [[nodiscard]] static Configuration of_voters(ServerSet voters) {
    return {.voters = voters, .outgoing = {}, .learners = {}};
  }
  [[nodiscard]] bool joint() const { return !outgoing.empty(); }
  // No members: the configuration of a server that does not belong to any cluster yet.
  [[nodiscard]] bool empty() const { return members().empty(); }
  [[nodiscard]] bool votes(ServerId server) const { return voters.contains(server) || outgoing.contains(server); }
  [[nodiscard]] ServerSet members() const { return voters | outgoing | learners; }
  // Whether `agreeing` contains a majority of each active set of voters. Always false without voters.
  [[nodiscard]] bool has_quorum(ServerSet agreeing) const;

  [[nodiscard]] Digest digest() const { return learners.mixed_into(outgoing.mixed_into(voters.mixed_into(0))); }
  friend bool operator==(const Configuration&, const Configuration&) = default;
};

// The payload of an entry of EntryKind::configuration, also used in snapshots: three sets of 16 bytes, little-endian.
[[nodiscard]] Bytes encode(const Configuration& configuration);
// std::nullopt if `payload` is not a configuration.
[[nodiscard]] std::optional<Configuration> decode_configuration(std::string_view payload);

}  // namespace raftsim::core
