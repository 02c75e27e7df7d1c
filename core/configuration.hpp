// Who belongs to the cluster, and whose majority decides (paper, section 6; dissertation, chapter 4).
#pragma once

#include <optional>
#include <string_view>

#include "core/bytes.hpp"
#include "core/hash.hpp"
#include "core/server_set.hpp"

namespace raftsim::core {

// While `outgoing` is not empty the configuration is joint (C_old,new): decisions need a majority of the voters and a
// majority of the outgoing voters, each by itself. Learners get the log and have no say.
struct Configuration {
  ServerSet voters;    // of C_new, or of the only configuration
  ServerSet outgoing;  // of C_old while joint, else empty
  // Disjoint from the voters. Who is among the outgoing voters, too, still votes, and learns once C_new is in force.
  ServerSet learners;

  [[nodiscard]] static Configuration of_voters(ServerSet voters) {
    return {.voters = voters, .outgoing = {}, .learners = {}};
  }
  [[nodiscard]] bool joint() const { return !outgoing.empty(); }
  // Nobody is in it: a server that has not been told of any cluster yet.
  [[nodiscard]] bool empty() const { return members().empty(); }
  [[nodiscard]] bool votes(ServerId server) const { return voters.contains(server) || outgoing.contains(server); }
  [[nodiscard]] ServerSet members() const { return voters | outgoing | learners; }
  // Whether `agreeing` holds a majority of each active set of voters. Never in a configuration without voters.
  [[nodiscard]] bool has_quorum(ServerSet agreeing) const;

  [[nodiscard]] Digest digest() const { return learners.mixed_into(outgoing.mixed_into(voters.mixed_into(0))); }
  friend bool operator==(const Configuration&, const Configuration&) = default;
};

// As the payload of an entry of EntryKind::configuration, and in snapshots: three sets of 16 bytes, little-endian.
[[nodiscard]] Bytes encode(const Configuration& configuration);
// Nothing when `payload` is no configuration.
[[nodiscard]] std::optional<Configuration> decode_configuration(std::string_view payload);

}  // namespace raftsim::core
