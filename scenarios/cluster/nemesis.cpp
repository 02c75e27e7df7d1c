#include "scenarios/cluster/nemesis.hpp"

#include <algorithm>

#include "scenarios/cluster/purposes.hpp"
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

bool is_on(const sim::Choices& choices, const Scenario& scenario, std::uint32_t name) {
  return scenario.swarm.numerator >= scenario.swarm.denominator ||
         choices.decide_chance({swarm_purpose, name, 0}, scenario.swarm);
}

Nemesis::Nemesis(std::shared_ptr<const Scenario> scenario)
    : scenario_(std::move(scenario)), strikes_(scenario_->faults.size()) {
  for (const auto& fault : scenario_->faults) {
    keys_.push_back(static_cast<std::uint32_t>(core::digest_of(std::string_view(fault.name))));
  }
}

// --- when ---

std::uint64_t Nemesis::tag(Act act, std::uint32_t fault, std::uint64_t nth) {
  return std::uint64_t{static_cast<std::uint8_t>(act)} << 56U | std::uint64_t{fault} << 40U | nth;
}

void Nemesis::begin(sim::World& world) {
  for (std::uint32_t fault = 0; fault < scenario_->faults.size(); ++fault) {
    if (!is_on(world.choices(), *scenario_, keys_[fault])) continue;
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

void Nemesis::schedule_end(sim::World& world, const Strike& strike) {
  if (fault_of(strike).always) return;
  const sim::Key key{strike_length_purpose, keys_[strike.fault], strike.nth};
  world.act_at(world.now() + world.choices().decide_duration(key, fault_of(strike).lasts),
               tag(Act::end, strike.fault, strike.nth));
}

void Nemesis::act(sim::World& world, std::uint64_t tag, std::optional<sim::HostId> leading) {
  if (!chaos_) return;
  leading_ = leading;
  const auto fault = static_cast<std::uint32_t>(tag >> 40U & 0xffffU);
  const auto nth = tag & ((std::uint64_t{1} << 40U) - 1);
  if (static_cast<Act>(tag >> 56U) == Act::strike) {
    strike(world, fault, nth);
    schedule_strike(world, fault, nth + 1);
    return;
  }
  const auto found = std::find_if(active_.begin(), active_.end(),
                                  [&](const Strike& active) { return active.fault == fault && active.nth == nth; });
  if (found == active_.end()) return;
  const Strike ended = std::move(*found);
  active_.erase(found);
  end_strike(world, ended);
}

bool Nemesis::waits_for_the_disk(std::uint32_t fault) const {
  const auto& what = scenario_->faults[fault];
  return what.kind == Fault::Kind::crash && what.point != CrashPoint::anytime;
}

void Nemesis::strike(sim::World& world, std::uint32_t fault, std::uint64_t nth) {
  Strike strike{.fault = fault, .nth = nth, .armed = waits_for_the_disk(fault)};
  // One armed crash at a time: the one before may still wait for its moment.
  const auto waits = [&](const Strike& active) { return active.fault == fault && active.armed; };
  if (strike.armed && std::any_of(active_.begin(), active_.end(), waits)) return;
  if (fault_of(strike).kind != Fault::Kind::messages) {
    strike.hosts = choose_victims(world, fault, nth);
    if (strike.hosts.empty()) return;
  }
  begin_strike(world, strike);
  if (!strike.armed) {
    ++strikes_[fault];
    schedule_end(world, strike);
  }
  active_.push_back(std::move(strike));
}

// --- whom ---

std::vector<sim::HostId> Nemesis::servers() const {
  std::vector<sim::HostId> all;
  for (const auto server : core::ServerSet::first(scenario_->servers) - retired_) all.push_back(host_of(server));
  return all;
}

bool Nemesis::may_strike(const sim::World& world, std::uint32_t fault, sim::HostId host) const {
  if (world.state(host) == sim::HostState::down) return false;
  return std::none_of(active_.begin(), active_.end(), [&](const Strike& active) {
    // A host waits for one moment to crash at a time (World::arm_crash).
    return active.concerns(host) && (active.fault == fault || (active.armed && waits_for_the_disk(fault)));
  });
}

std::vector<sim::HostId> Nemesis::choose_victims(const sim::World& world, std::uint32_t fault,
                                                 std::uint64_t nth) const {
  const auto& what = scenario_->faults[fault];
  const sim::Key key{victim_purpose, keys_[fault], nth};
  const std::size_t majority = scenario_->servers / 2 + 1;
  auto candidates = servers();
  if (what.kind == Fault::Kind::partition && what.shape == PartitionShape::halves) {
    return choose(world.choices(), key, std::move(candidates), majority);  // everybody is struck, on one side or other
  }
  std::erase_if(candidates, [&](sim::HostId host) {
    return !may_strike(world, fault, host) || (what.target == Target::leader && host != leading_) ||
           (what.target == Target::follower && host == leading_);
  });
  if (what.target == Target::leader || what.target == Target::all) return candidates;
  return choose(world.choices(), key, std::move(candidates), what.target == Target::majority ? majority : 1);
}

// --- until when ---

std::vector<sim::HostId> Nemesis::choose_healed(const sim::World& world) const {
  const auto& choices = world.choices();
  const bool everybody = scenario_->heal == Heal::all || (scenario_->heal == Heal::sometimes_all &&
                                                          choices.decide_chance({heal_purpose, 0, 0}, {1, 2}));
  if (everybody) return servers();
  return choose(choices, {heal_purpose, 1, 0}, servers(), scenario_->servers / 2 + 1);
}

std::vector<sim::HostId> Nemesis::end_chaos(sim::World& world) {
  chaos_ = false;
  auto healed = choose_healed(world);
  const auto is_broken = [&](sim::HostId host) { return !std::binary_search(healed.begin(), healed.end(), host); };
  while (!active_.empty()) {
    Strike strike = std::move(active_.front());
    active_.erase(active_.begin());
    if (strike.armed) {
      for (const auto host : strike.hosts) world.disarm_crash(host);
      continue;
    }
    const auto& what = fault_of(strike);
    if (what.kind == Fault::Kind::messages && what.stays) continue;
    // Undo what concerns the healed servers alone; a link is healed when both its ends are.
    std::erase_if(strike.hosts, is_broken);
    std::erase_if(strike.blocked, [&](const auto& link) { return is_broken(link.first) || is_broken(link.second); });
    end_strike(world, strike);
  }
  cut_off_the_rest(world, healed);
  return healed;
}

// Raft promises progress to a majority that can talk to each other, unless a server outside reaches some of them: a
// leader whom one of them still hears keeps that one from voting for another, and so the rest of them from electing
// anybody (Jensen, Howard and Mortier, "Examining Raft's behaviour during partial network failures", HAOC 2021). So
// whoever remains cut off from one healed server is cut off from all of them.
void Nemesis::cut_off_the_rest(sim::World& world, const std::vector<sim::HostId>& healed) {
  auto& network = world.network();
  for (const auto outside : servers()) {
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
