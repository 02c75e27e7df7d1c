// What faults of disks do, and how they are undone. What a server makes of them is its own affair (servers/raftsim).
#include <algorithm>

#include "scenarios/cluster/nemesis.hpp"
#include "scenarios/wire.hpp"

namespace raftsim::scenarios {

namespace {

sim::DiskTrouble trouble_of(const Fault& fault) {
  switch (fault.kind) {
    case Fault::Kind::disk_error:
      return {.failing = fault.errors == 0 ? fault.operations : sim::FailingOperations::none};
    case Fault::Kind::full_disk:
      return {.full = true};
    case Fault::Kind::hung_disk:
      return {.hangs = true};
    case Fault::Kind::lying_disk:
      return {.lies = true};
    default:
      return {};
  }
}

}  // namespace

// Of several strikes at one host all that they bring.
void Nemesis::set_disk_trouble(sim::World& world, sim::HostId host, const Strike* begins) {
  auto trouble = begins == nullptr ? sim::DiskTrouble() : trouble_of(fault_of(*begins));
  for (const auto& active : active_) {
    if (active.concerns(host)) trouble = trouble | trouble_of(fault_of(active));
  }
  world.set_disk_trouble(host, trouble);
}

void Nemesis::begin_disk_trouble(sim::World& world, const Strike& strike) {
  const auto& what = fault_of(strike);
  for (const auto host : strike.hosts) {
    if (what.kind == Fault::Kind::disk_error && what.errors > 0) {
      world.disk(host).fail_next(what.operations, what.errors);
    } else {
      set_disk_trouble(world, host, &strike);
    }
    note(strike.fault,
         what.kind == Fault::Kind::disk_error  ? "let the disk fail"
         : what.kind == Fault::Kind::full_disk ? "fill the disk"
         : what.kind == Fault::Kind::hung_disk ? "let the disk hang"
                                               : "let the disk lie",
         host);
  }
}

// A server that halted for it comes up again.
void Nemesis::end_disk_trouble(sim::World& world, const Strike& strike) {
  const auto& what = fault_of(strike);
  for (const auto host : strike.hosts) {
    if (what.kind == Fault::Kind::disk_error) world.disk(host).fail_next(sim::FailingOperations::none, 0);
    set_disk_trouble(world, host, nullptr);
    note(strike.fault, "mend the disk", host);
    if (halted_.contains(server_of(host)) && world.disk(host).works()) restart_halted(world, strike.fault, host);
  }
}

void Nemesis::restart_halted(sim::World& world, std::uint32_t fault, sim::HostId host) {
  halted_.erase(server_of(host));
  if (world.state(host) != sim::HostState::down || is_down(host)) return;
  world.restart(host, sim::Duration(0));
  let_go(world, host);
  note(fault, "restart", host);
}

// Damage is done at once, and shows when the server comes up again.
void Nemesis::damage(sim::World& world, const Strike& strike) {
  const bool rots = fault_of(strike).kind == Fault::Kind::bit_rot;
  for (const auto host : strike.hosts) {
    auto& disk = world.disk(host);
    if (rots) {
      disk.rot(world.choices(), name_of_crash(strike));
    } else {
      disk.misdirect_next(name_of_crash(strike));
    }
    note(strike.fault, rots ? "let a bit of the disk rot" : "let a write go astray", host);
  }
}

// The machine comes up again with another, empty disk.
void Nemesis::wipe(sim::World& world, const Strike& strike) {
  crash(world, strike);
  for (const auto host : strike.hosts) {
    world.disk(host).wipe();
    note(strike.fault, "wipe the disk", host);
  }
}

void Nemesis::halted(const sim::World& world, sim::HostId host, bool refused) {
  const auto server = server_of(host);
  forget_process(host);
  let_go_.erase(server);  // it was coming up at this instant, and has not
  if (refused) {
    refused_.insert(server);
    return;
  }
  if (world.state(host) == sim::HostState::down) halted_.insert(server);
}

void Nemesis::restart_all_halted(sim::World& world, const std::vector<sim::HostId>& healed) {
  for (const auto host : healed) {
    const auto server = server_of(host);
    if (!halted_.contains(server) || impaired_.contains(server) || world.state(host) != sim::HostState::down) continue;
    halted_.erase(server);
    if (is_down(host)) continue;
    world.restart(host, sim::Duration(0));
    let_go(world, host);
  }
}

// Whether a crash, or a refusal to come up, keeps it down.
bool Nemesis::is_down(sim::HostId host) const {
  return refused_.contains(server_of(host)) || retired_.contains(server_of(host)) ||
         std::any_of(active_.begin(), active_.end(), [&](const Strike& active) {
           const auto kind = fault_of(active).kind;
           return (kind == Fault::Kind::crash || kind == Fault::Kind::wiped_disk) && !active.armed &&
                  active.concerns(host);
         });
}

}  // namespace raftsim::scenarios
