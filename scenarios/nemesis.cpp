#include "scenarios/nemesis.hpp"

#include <algorithm>

#include "scenarios/purposes.hpp"
#include "scenarios/wire.hpp"

namespace raftsim::scenarios {

std::vector<sim::HostId> choose(const sim::Choices& choices, sim::Key key, std::vector<sim::HostId> from,
                                std::size_t count) {
  count = std::min(count, from.size());
  for (std::size_t i = 0; i < count; ++i) {
    const sim::Key draw{key.purpose, key.who, key.nth * 256 + i};
    std::swap(from[i], from[i + choices.decide(draw, sim::Distribution::uniform(0, from.size() - i - 1))]);
  }
  from.resize(count);
  std::sort(from.begin(), from.end());
  return from;
}

Nemesis::Nemesis(std::shared_ptr<const Scenario> scenario)
    : scenario_(std::move(scenario)), servers_(scenario_->servers), strikes_(scenario_->faults.size()) {
  for (const auto& fault : scenario_->faults) {
    keys_.push_back(static_cast<std::uint32_t>(core::digest_of(std::string_view(fault.name))));
  }
}

std::uint64_t Nemesis::tag(Act act, std::uint32_t fault, std::uint64_t nth) {
  return std::uint64_t{static_cast<std::uint8_t>(act)} << 56U | std::uint64_t{fault} << 40U | nth;
}

void Nemesis::note(std::uint32_t fault, const char* action, sim::HostId host) {
  actions_.push_back({FaultAction::Kind::other, fault, action, host});
}

void Nemesis::note_crash(std::uint32_t fault, sim::HostId host) {
  actions_.push_back({FaultAction::Kind::crash, fault, "crash", host});
}

void Nemesis::begin(sim::World& world) {
  for (std::uint32_t fault = 0; fault < scenario_->faults.size(); ++fault) {
    if (scenario_->faults[fault].always) {
      strike(world, fault, 0);
    } else {
      schedule_strike(world, fault, 0);
    }
  }
}

void Nemesis::schedule_strike(sim::World& world, std::uint32_t fault, std::uint64_t nth) {
  const sim::Key key{strike_interval_purpose, keys_[fault], nth};
  world.act_at(world.now() + world.choices().decide_duration(key, scenario_->faults[fault].every),
               tag(Act::strike, fault, nth));
}

void Nemesis::schedule_end(sim::World& world, const Active& active) {
  if (fault_of(active).always) return;
  const sim::Key key{strike_length_purpose, keys_[active.fault], active.nth};
  world.act_at(world.now() + world.choices().decide_duration(key, fault_of(active).lasts),
               tag(Act::end, active.fault, active.nth));
}

void Nemesis::act(sim::World& world, std::uint64_t tag) {
  if (!chaos_) return;
  const auto fault = static_cast<std::uint32_t>(tag >> 40U & 0xffffU);
  const auto nth = tag & ((std::uint64_t{1} << 40U) - 1);
  if (static_cast<Act>(tag >> 56U) == Act::strike) {
    strike(world, fault, nth);
    schedule_strike(world, fault, nth + 1);
    return;
  }
  const auto ended = std::find_if(active_.begin(), active_.end(),
                                  [&](const Active& active) { return active.fault == fault && active.nth == nth; });
  if (ended == active_.end()) return;
  end_strike(world, *ended);
  active_.erase(ended);
}

void Nemesis::observed(const core::Observation& observation) {
  auto& standing = servers_[host_of(observation.server).value];
  if (observation.kind == core::ObservationKind::became) {
    standing = {observation.role, observation.term};
  } else if (observation.kind == core::ObservationKind::booted) {
    standing = {core::Role::follower, observation.term};
  }
}

std::optional<sim::HostId> Nemesis::leader(const sim::World& world) const {
  std::optional<sim::HostId> best;
  for (std::uint16_t number = 0; number < servers_.size(); ++number) {
    const sim::HostId host{number};
    if (servers_[number].role != core::Role::leader || world.state(host) == sim::HostState::down) continue;
    if (!best || servers_[number].term > servers_[best->value].term) best = host;
  }
  return best;
}

std::vector<sim::HostId> Nemesis::choose_victims(const sim::World& world, std::uint32_t fault,
                                                 std::uint64_t nth) const {
  const auto target = scenario_->faults[fault].target;
  const auto leading = leader(world);
  std::vector<sim::HostId> candidates;
  for (std::uint16_t number = 0; number < scenario_->servers; ++number) {
    const sim::HostId host{number};
    if (world.state(host) == sim::HostState::down || suffers(host, fault)) continue;
    if (target == Target::leader && host != leading) continue;
    if (target == Target::follower && host == leading) continue;
    candidates.push_back(host);
  }
  if (target == Target::leader || target == Target::all || candidates.empty()) return candidates;
  const std::size_t count = target == Target::majority ? scenario_->servers / 2 + 1 : 1;
  return choose(world.choices(), {victim_purpose, keys_[fault], nth}, std::move(candidates), count);
}

bool Nemesis::suffers(sim::HostId host, std::uint32_t fault) const {
  return std::any_of(active_.begin(), active_.end(), [&](const Active& active) {
    return active.fault == fault && std::find(active.hosts.begin(), active.hosts.end(), host) != active.hosts.end();
  });
}

void Nemesis::strike(sim::World& world, std::uint32_t fault, std::uint64_t nth) {
  const auto& what = scenario_->faults[fault];
  if (what.kind == Fault::Kind::crash && what.point != CrashPoint::anytime) {
    // One armed crash at a time: the one before may still wait for its moment.
    for (const auto& active : active_) {
      if (active.fault == fault && active.armed) return;
    }
  }
  Active active{fault, nth, {}, {}, {}, false};
  if (what.kind != Fault::Kind::messages) {
    active.hosts = choose_victims(world, fault, nth);
    if (active.hosts.empty()) return;
  }
  begin_strike(world, active);
  if (!active.armed) {
    ++strikes_[fault];
    schedule_end(world, active);
  }
  active_.push_back(std::move(active));
}

void Nemesis::begin_strike(sim::World& world, Active& active) {
  const auto& what = fault_of(active);
  switch (what.kind) {
    case Fault::Kind::crash:
      active.armed = what.point != CrashPoint::anytime;
      for (const auto host : active.hosts) {
        if (!active.armed) {
          crash(world, active.fault, host);
        } else {
          const auto moment =
              what.point == CrashPoint::after_write ? sim::DiskOperationKind::write : sim::DiskOperationKind::fsync;
          world.arm_crash(host, moment);
        }
      }
      break;
    case Fault::Kind::pause:
      for (const auto host : active.hosts) {
        world.pause(host);
        note(active.fault, "pause", host);
      }
      break;
    case Fault::Kind::partition:
      cut(world, active);
      break;
    case Fault::Kind::slow_disk:
      for (const auto host : active.hosts) {
        world.disk(host).set_slowdown(what.slowdown, 1);
        note(active.fault, "slow down the disk", host);
      }
      break;
    case Fault::Kind::messages:
      active.rule = world.add_rule(what.rule);
      note(active.fault, "put the rule in force");
      break;
  }
}

void Nemesis::crash(sim::World& world, std::uint32_t fault, sim::HostId host) {
  world.crash(host);
  note_crash(fault, host);
}

void Nemesis::struck(sim::World& world, sim::HostId host) {
  for (auto& active : active_) {
    if (!active.armed || std::find(active.hosts.begin(), active.hosts.end(), host) == active.hosts.end()) continue;
    // With several victims the first whose moment comes is the one that is struck.
    for (const auto other : active.hosts) {
      if (other != host) world.disarm_crash(other);
    }
    active.hosts = {host};
    active.armed = false;
    ++strikes_[active.fault];
    note_crash(active.fault, host);
    schedule_end(world, active);
    return;
  }
}

// Cuts the links between the victims and everybody else; one way only when the scenario says so.
void Nemesis::cut(sim::World& world, Active& active) {
  const auto& what = fault_of(active);
  auto side = active.hosts;
  if (what.shape == PartitionShape::halves) {
    std::vector<sim::HostId> all;
    for (std::uint16_t number = 0; number < scenario_->servers; ++number) all.push_back({number});
    side = choose(world.choices(), {victim_purpose, keys_[active.fault], active.nth}, all, scenario_->servers / 2 + 1);
  }
  const bool one_way = what.shape == PartitionShape::one_way;
  const bool deaf =
      one_way && world.choices().decide_chance({direction_purpose, keys_[active.fault], active.nth}, {1, 2});
  for (const auto inside : side) {
    for (std::uint16_t number = 0; number < scenario_->servers; ++number) {
      const sim::HostId outside{number};
      if (std::find(side.begin(), side.end(), outside) != side.end()) continue;
      if (!one_way || !deaf) active.blocked.emplace_back(inside, outside);
      if (!one_way || deaf) active.blocked.emplace_back(outside, inside);
    }
  }
  for (const auto& [from, to] : active.blocked) world.network().block(from, to);
  for (const auto host : side) note(active.fault, !one_way ? "cut off" : deaf ? "make deaf" : "make mute", host);
}

void Nemesis::end_strike(sim::World& world, const Active& active) {
  switch (fault_of(active).kind) {
    case Fault::Kind::crash:
      for (const auto host : active.hosts) {
        world.restart(host, sim::Duration(0));
        note(active.fault, "restart", host);
      }
      break;
    case Fault::Kind::pause:
      for (const auto host : active.hosts) {
        world.resume(host, sim::Duration(0));
        note(active.fault, "resume", host);
      }
      break;
    case Fault::Kind::partition:
      for (const auto& [from, to] : active.blocked) world.network().unblock(from, to);
      note(active.fault, "reconnect");
      break;
    case Fault::Kind::slow_disk:
      for (const auto host : active.hosts) {
        world.disk(host).set_slowdown(1, 1);
        note(active.fault, "speed up the disk", host);
      }
      break;
    case Fault::Kind::messages:
      world.remove_rule(*active.rule);
      note(active.fault, "lift the rule");
      break;
  }
}

std::vector<sim::HostId> Nemesis::end_chaos(sim::World& world) {
  chaos_ = false;
  std::vector<sim::HostId> all;
  for (std::uint16_t number = 0; number < scenario_->servers; ++number) all.push_back({number});
  const auto& choices = world.choices();
  const std::uint64_t quorum = all.size() / 2 + 1;
  const bool everybody = scenario_->heal == Heal::all || (scenario_->heal == Heal::sometimes_all &&
                                                          choices.decide_chance({heal_purpose, 0, 0}, {1, 2}));
  const auto healed = everybody ? all : choose(choices, {heal_purpose, 1, 0}, all, quorum);

  const auto is_healed = [&](sim::HostId host) { return std::binary_search(healed.begin(), healed.end(), host); };
  for (auto& active : active_) {
    const auto& what = fault_of(active);
    if (active.armed) {
      for (const auto host : active.hosts) world.disarm_crash(host);
      continue;
    }
    if (what.kind == Fault::Kind::messages && what.stays) continue;
    // Undo what concerns the healed servers alone; a link is healed when both its ends are.
    std::erase_if(active.hosts, [&](sim::HostId host) { return !is_healed(host); });
    std::erase_if(active.blocked, [&](const auto& link) { return !is_healed(link.first) || !is_healed(link.second); });
    end_strike(world, active);
  }
  active_.clear();
  cut_off_the_rest(world, healed);
  return healed;
}

// Raft promises progress to a majority that can talk to each other, unless a server outside reaches some of them: a
// leader whom one of them still hears keeps that one from voting for another, and so the rest of them from electing
// anybody (Jensen, Howard and Mortier, "Examining Raft's behaviour during partial network failures", HAOC 2021). So
// whoever remains cut off from one healed server is cut off from all of them.
void Nemesis::cut_off_the_rest(sim::World& world, const std::vector<sim::HostId>& healed) {
  auto& network = world.network();
  for (std::uint16_t number = 0; number < scenario_->servers; ++number) {
    const sim::HostId outside{number};
    if (std::binary_search(healed.begin(), healed.end(), outside)) continue;
    const bool broken = std::any_of(healed.begin(), healed.end(), [&](sim::HostId inside) {
      return network.is_blocked(inside, outside) || network.is_blocked(outside, inside);
    });
    if (!broken) continue;
    for (const auto inside : healed) {
      network.block(inside, outside);
      network.block(outside, inside);
    }
  }
}

}  // namespace raftsim::scenarios
