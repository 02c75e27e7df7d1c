// Who reaches whom, as a script has it: cuts and a partition.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/server_set.hpp"
#include "sim/network.hpp"

namespace raftsim::scenarios {

// A server that is cut off reaches nobody, and nobody reaches it: cutting S1 and S2 off parts them from each other, too
// (the labs' disconnect). Servers on different sides of the partition do not reach each other; one that is on no side
// reaches all, and so is a bridge.
class ScriptLinks {
 public:
  explicit ScriptLinks(std::uint32_t servers)
      : servers_(servers), sides_(servers), blocked_(std::size_t{servers} * servers) {}

  void cut(const core::ServerSet& whom) { cut_ = cut_ | whom; }
  // Takes back its cut, and its side.
  void connect(const core::ServerSet& whom);
  void split(const std::vector<core::ServerSet>& sides);
  [[nodiscard]] const core::ServerSet& disconnected() const { return cut_; }

  // Makes it so; blocks of others stay.
  void apply(sim::Network& network);
  // Opens what it has blocked between any two of these.
  void open(sim::Network& network, const core::ServerSet& among);

 private:
  [[nodiscard]] bool is_apart(std::uint32_t one, std::uint32_t other) const;
  void set_blocked(sim::Network& network, std::uint32_t from, std::uint32_t to, bool blocked);

  std::uint32_t servers_;
  core::ServerSet cut_;
  std::vector<std::uint32_t> sides_;  // from 1; 0: none
  std::vector<bool> blocked_;         // from * servers + to: by this
};

}  // namespace raftsim::scenarios
