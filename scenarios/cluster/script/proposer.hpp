// The host from which a script speaks to servers.
#pragma once

#include <memory>

#include "sim/host.hpp"
#include "sim/process.hpp"

namespace raftsim::scenarios {

// The last host of a run. It sends what the script hands it (World::call), and hears nothing: what becomes of a command
// the script learns from what servers report. Its links neither delay nor lose anything, as the labs' Start() is a call
// and no message, and no cut or partition of the script's is about them.
class Proposer final : public sim::Process {
 public:
  void boot(sim::Host&) override {}
  void crash() override {}
  void receive(sim::Host&, const sim::Packet&) override {}
  void wake(sim::Host&) override {}
  void disk_done(sim::Host&, const sim::DiskOperation&) override {}
  [[nodiscard]] std::unique_ptr<sim::Process> clone() const override { return std::make_unique<Proposer>(*this); }
};

}  // namespace raftsim::scenarios
