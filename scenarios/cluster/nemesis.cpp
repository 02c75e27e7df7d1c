#include "scenarios/cluster/nemesis.hpp"

#include <algorithm>
#include <iterator>

#include "scenarios/cluster/purposes.hpp"
#include "scenarios/wire.hpp"

namespace raftsim::scenarios {

std::vector<sim::HostId> choose(const sim::Choices& choices, const sim::Key& key, std::vector<sim::HostId> from,
                                std::size_t count) {
  if (count >= from.size()) {
    std::sort(from.begin(), from.end());
    return from;
  }
  const auto any = sim::Distribution::uniform(std::uint64_t{0}, std::uint64_t{0xffffffff});
  std::vector<std::pair<std::uint64_t, sim::HostId>> drawn;
  for (const auto host : from) {
    drawn.emplace_back(choices.decide({key.purpose, key.who, key.nth, host.value}, any), host);
  }
  std::sort(drawn.begin(), drawn.end());
  from.resize(count);
  std::transform(drawn.begin(), drawn.begin() + static_cast<std::ptrdiff_t>(count), from.begin(),
                 [](const auto& each) { return each.second; });
  std::sort(from.begin(), from.end());
  return from;
}

bool is_on(const sim::Choices& choices, const Scenario& scenario, std::string_view name) {
  return choices.decide_chance({swarm_purpose, sim::key_of(name)}, scenario.swarm);
}

Nemesis::Nemesis(std::shared_ptr<const Scenario> scenario)
    : scenario_(std::move(scenario)), strikes_(scenario_->faults.size()), rules_(scenario_->faults.size()) {
  for (const auto& fault : scenario_->faults) keys_.push_back(sim::key_of(fault.name));
}

// --- when ---

std::uint64_t Nemesis::tag(Act act, std::uint32_t fault, std::uint64_t nth) {
  return std::uint64_t{static_cast<std::uint8_t>(act)} << 56U | std::uint64_t{fault} << 40U | nth;
}

void Nemesis::begin(sim::World& world) {
  for (std::uint32_t fault = 0; fault < scenario_->faults.size(); ++fault) {
    if (!is_on(world.choices(), *scenario_, scenario_->faults[fault].name)) continue;
    if (scenario_->faults[fault].always) {
      strike(world, fault, 0);
    } else {
      schedule_strike(world, fault, 0, world.now());
    }
  }
}

void Nemesis::schedule_strike(sim::World& world, std::uint32_t fault, std::uint64_t nth, sim::Time before) {
  const sim::Key key{strike_time_purpose, keys_[fault], nth};
  const auto& choices = world.choices();
  const auto times =
      scenario_->faults[fault].every.shifted(static_cast<std::uint64_t>(before.time_since_epoch().count()));
  const auto at = choices.decide(key, times);
  const auto by_chance = choices.draw(key, times);
  const auto time = [](std::uint64_t nanoseconds) { return sim::Time(sim::Duration(nanoseconds)); };
  world.act_at(time(at), tag(at == by_chance ? Act::strike : Act::moved_strike, fault, nth));
  if (at != by_chance) world.act_at(time(by_chance), tag(Act::next, fault, nth));
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
  const auto act = static_cast<Act>(tag >> 56U);
  const auto fault = static_cast<std::uint32_t>(tag >> 40U & 0xffffU);
  const auto nth = tag & ((std::uint64_t{1} << 40U) - 1);
  if (act != Act::end) {
    if (act != Act::next) strike(world, fault, nth);
    if (act != Act::moved_strike) schedule_strike(world, fault, nth + 1, world.now());
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

bool Nemesis::is_in_force(std::uint32_t fault) const {
  return std::any_of(active_.begin(), active_.end(), [&](const Strike& active) { return active.fault == fault; });
}

void Nemesis::switch_fault(sim::World& world, std::string_view name, bool on) {
  for (std::uint32_t fault = 0; fault < scenario_->faults.size(); ++fault) {
    if (scenario_->faults[fault].name != name) continue;
    const bool was_on = std::erase(off_, fault) == 0;
    if (!on) off_.push_back(fault);
    if (on == was_on || !chaos_) return;
    if (on && scenario_->faults[fault].always && is_on(world.choices(), *scenario_, name)) strike(world, fault, 0);
    if (on) return;
    std::vector<Strike> ended;
    std::copy_if(active_.begin(), active_.end(), std::back_inserter(ended),
                 [&](const Strike& active) { return active.fault == fault; });
    std::erase_if(active_, [&](const Strike& active) { return active.fault == fault; });
    for (const auto& strike : ended) {
      for (const auto host : strike.hosts) {
        if (strike.armed) world.disarm_crash(host);
      }
      if (!strike.armed) end_strike(world, strike);
    }
  }
}

void Nemesis::strike(sim::World& world, std::uint32_t fault, std::uint64_t nth) {
  if (std::find(off_.begin(), off_.end(), fault) != off_.end()) return;
  if (!world.choices().decide_chance({strike_purpose, keys_[fault], nth}, {1, 1})) return;
  Strike strike{.fault = fault, .nth = nth, .armed = waits_for_the_disk(fault)};
  const auto& what = fault_of(strike);
  // One armed crash at a time: the one before may still wait for its moment.
  const auto waits = [&](const Strike& active) { return active.fault == fault && active.armed; };
  if (strike.armed && std::any_of(active_.begin(), active_.end(), waits)) return;
  const bool halves = what.kind == Fault::Kind::partition && what.shape == PartitionShape::halves;
  if ((what.kind == Fault::Kind::messages || halves) && is_in_force(fault)) return;
  if (what.kind != Fault::Kind::messages) {
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

std::vector<std::uint64_t> Nemesis::struck(const sim::World& world) const {
  auto result = strikes_;
  for (std::size_t fault = 0; fault < result.size(); ++fault) {
    if (scenario_->faults[fault].kind != Fault::Kind::messages) continue;
    result[fault] = 0;
    for (const auto rule : rules_[fault]) result[fault] += world.network().struck(rule);
  }
  return result;
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
  const bool everybody = scenario_->heal == Heal::all ||
                         (scenario_->heal == Heal::sometimes_all && choices.decide_chance({heal_all_purpose}, {1, 2}));
  if (everybody) return servers();
  return choose(choices, {heal_purpose}, servers(), scenario_->servers / 2 + 1);
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
