// The little Raft as a kind of server under test: "server": {"kind": "little-raft", "bug": "acks-before-fsync"}.
#pragma once

#include <memory>

#include "scenarios/cluster/server_kinds.hpp"

namespace little_raft {

class LittleRaft final : public raftsim::scenarios::ServerKind {
 public:
  [[nodiscard]] std::string_view name() const override { return "little-raft"; }
  [[nodiscard]] std::shared_ptr<const raftsim::scenarios::ServerFactory> factory(
      const std::shared_ptr<const raftsim::scenarios::Scenario>& scenario) const override;
};

}  // namespace little_raft
