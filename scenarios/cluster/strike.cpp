// What each kind of fault does, and how it is undone.
#include <algorithm>

#include "scenarios/cluster/nemesis.hpp"
#include "scenarios/cluster/purposes.hpp"
#include "scenarios/wire.hpp"

namespace raftsim::scenarios {

void Nemesis::note(std::uint32_t fault, const char* action, sim::HostId host) {
  actions_.push_back({FaultAction::Kind::other, fault, action, host});
}

void Nemesis::note_crash(std::uint32_t fault, sim::HostId host) {
  actions_.push_back({FaultAction::Kind::crash, fault, "crash", host});
}

void Nemesis::begin_strike(sim::World& world, Strike& strike) {
  const auto& what = fault_of(strike);
  switch (what.kind) {
    case Fault::Kind::crash:
      strike.armed ? arm_crash(world, strike) : crash(world, strike);
      break;
    case Fault::Kind::pause:
      for (const auto host : strike.hosts) {
        world.pause(host);
        note(strike.fault, "pause", host);
      }
      break;
    case Fault::Kind::partition:
      cut(world, strike);
      break;
    case Fault::Kind::slow_disk:
      for (const auto host : strike.hosts) {
        world.set_disk_slowdown(host, std::max(what.slowdown, slowdown_of(host)), 1);
        note(strike.fault, "slow down the disk", host);
      }
      break;
    case Fault::Kind::clock: {
      const auto width = static_cast<std::uint64_t>((what.most_jump - what.least_jump).count());
      const auto above = world.choices().decide_duration({clock_jump_purpose, keys_[strike.fault], strike.nth},
                                                         sim::Distribution::uniform(std::uint64_t{0}, width));
      strike.jump = what.least_jump + above;
      for (const auto host : strike.hosts) {
        world.step_clock(host, strike.jump);
        note(strike.fault, strike.jump < sim::Duration(0) ? "put the clock back" : "put the clock forward", host);
      }
      break;
    }
    case Fault::Kind::disk_error:
    case Fault::Kind::full_disk:
    case Fault::Kind::hung_disk:
    case Fault::Kind::lying_disk:
      begin_disk_trouble(world, strike);
      break;
    case Fault::Kind::bit_rot:
    case Fault::Kind::misdirected_write:
      damage(world, strike);
      break;
    case Fault::Kind::wiped_disk:
      wipe(world, strike);
      break;
    case Fault::Kind::messages:
      strike.rule = world.add_rule(what.rule);
      rules_[strike.fault].push_back(*strike.rule);
      note(strike.fault, "put the rule in force");
      break;
  }
}

void Nemesis::end_strike(sim::World& world, const Strike& strike) {
  switch (fault_of(strike).kind) {
    case Fault::Kind::disk_error:
    case Fault::Kind::full_disk:
    case Fault::Kind::hung_disk:
    case Fault::Kind::lying_disk:
      end_disk_trouble(world, strike);
      break;
    case Fault::Kind::bit_rot:
    case Fault::Kind::misdirected_write:
      break;  // done at once
    case Fault::Kind::crash:
    case Fault::Kind::wiped_disk:
      for (const auto host : strike.hosts) {
        if (refused_.contains(server_of(host))) continue;
        world.restart(host, sim::Duration(0));
        let_go(world, host);
        note(strike.fault, "restart", host);
      }
      break;
    case Fault::Kind::pause:
      for (const auto host : strike.hosts) {
        if (is_held(host)) continue;
        world.resume(host, sim::Duration(0));
        let_go(world, host);
        note(strike.fault, "resume", host);
      }
      break;
    case Fault::Kind::partition:
      reconnect(world, strike);
      break;
    case Fault::Kind::slow_disk:
      for (const auto host : strike.hosts) {
        world.set_disk_slowdown(host, slowdown_of(host), 1);
        note(strike.fault, "speed up the disk", host);
      }
      break;
    case Fault::Kind::clock:
      for (const auto host : strike.hosts) {
        world.step_clock(host, -strike.jump);
        note(strike.fault, "set the clock right", host);
      }
      break;
    case Fault::Kind::messages:
      world.remove_rule(*strike.rule);
      note(strike.fault, "lift the rule");
      break;
  }
}

// The restart, or resumption, is an event of this instant that has not happened yet.
void Nemesis::let_go(const sim::World& world, sim::HostId host) {
  if (let_go_at_ != world.now()) let_go_ = {};
  let_go_at_ = world.now();
  let_go_.insert(server_of(host));
}

// --- crashes ---

// By which the disk of each victim decides what it keeps.
std::uint64_t Nemesis::name_of_crash(const Strike& strike) const {
  return std::uint64_t{keys_[strike.fault]} << 32U | strike.nth;
}

void Nemesis::crash(sim::World& world, const Strike& strike) {
  for (const auto host : strike.hosts) {
    world.crash(host, name_of_crash(strike));
    forget_process(host);
    note_crash(strike.fault, host);
  }
}

void Nemesis::arm_crash(sim::World& world, const Strike& strike) {
  const bool after_write = fault_of(strike).point == CrashPoint::after_write;
  const auto moment = after_write ? sim::DiskOperationKind::write : sim::DiskOperationKind::fsync;
  for (const auto host : strike.hosts) world.arm_crash(host, moment, name_of_crash(strike));
}

void Nemesis::struck(sim::World& world, sim::HostId host) {
  const auto found = std::find_if(active_.begin(), active_.end(),
                                  [&](const Strike& active) { return active.armed && active.concerns(host); });
  if (found == active_.end()) return;
  // With several victims the first whose moment comes is the one that is struck.
  for (const auto other : found->hosts) {
    if (other != host) world.disarm_crash(other);
  }
  found->hosts.assign(1, host);
  found->armed = false;
  ++strikes_[found->fault];
  note_crash(found->fault, host);
  schedule_end(world, *found);
  forget_process(host);
}

// A crash takes with it what held the process: its pause, and the moment at which it was to crash.
void Nemesis::forget_process(sim::HostId host) {
  for (auto& active : active_) {
    if (active.armed || fault_of(active).kind == Fault::Kind::pause) std::erase(active.hosts, host);
  }
  std::erase_if(active_, [](const Strike& active) { return active.armed && active.hosts.empty(); });
}

bool Nemesis::retire(sim::World& world, sim::HostId host) {
  const bool was_up = world.state(host) != sim::HostState::down;
  retired_.insert(server_of(host));
  world.disarm_crash(host);
  world.crash(host, std::uint64_t{sim::key_of(administration_name)} << 32U);
  forget_process(host);
  for (auto& active : active_) {
    const auto kind = fault_of(active).kind;  // the end of these would restart it
    if (kind == Fault::Kind::crash || kind == Fault::Kind::wiped_disk) std::erase(active.hosts, host);
  }
  return was_up;
}

// --- where strikes of several faults meet ---

bool Nemesis::is_held(sim::HostId host) const {
  return std::any_of(active_.begin(), active_.end(), [&](const Strike& active) {
    return fault_of(active).kind == Fault::Kind::pause && !active.running && active.concerns(host);
  });
}

std::uint32_t Nemesis::slowdown_of(sim::HostId host) const {
  std::uint32_t slowest = 1;
  for (const auto& active : active_) {
    const auto& what = fault_of(active);
    if (what.kind == Fault::Kind::slow_disk && active.concerns(host)) slowest = std::max(slowest, what.slowdown);
  }
  return slowest;
}

// --- partitions ---

void Nemesis::cut(sim::World& world, Strike& strike) {
  auto partition = partition_of(fault_of(strike), world.choices(), strike.nth, servers(), strike.hosts);
  const bool clogs = fault_of(strike).clogs;
  for (const auto& [from, to] : partition.blocked) {
    clogs ? world.clog(from, to) : world.network().block(from, to);
  }
  strike.blocked = std::move(partition.blocked);
  if (!partition.in_particular) {
    note(strike.fault, partition.action);
    return;
  }
  for (const auto host : strike.hosts) note(strike.fault, partition.action, host);
}

void Nemesis::reconnect(sim::World& world, const Strike& strike) {
  if (strike.blocked.empty()) return;
  const bool clogs = fault_of(strike).clogs;
  for (const auto& [from, to] : strike.blocked) {
    clogs ? world.unclog(from, to) : world.network().unblock(from, to);
  }
  note(strike.fault, "reconnect");
}

}  // namespace raftsim::scenarios
