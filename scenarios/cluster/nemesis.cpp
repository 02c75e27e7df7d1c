#include "scenarios/cluster/nemesis.hpp"

#include <algorithm>
#include <iterator>

#include "scenarios/cluster/purposes.hpp"
#include "scenarios/cluster/swarm.hpp"
#include "scenarios/wire.hpp"

namespace raftsim::scenarios {

namespace {

constexpr unsigned host_shift = 24;  // above the number of a strike: which host, or slice, of it

bool keeps_from_working(const Fault& fault) {
  return fault.kind != Fault::Kind::partition && fault.kind != Fault::Kind::clock &&
         fault.kind != Fault::Kind::lying_disk;
}

bool is_done_at_once(const Fault& fault) {
  return fault.kind == Fault::Kind::bit_rot || fault.kind == Fault::Kind::misdirected_write;
}

}  // namespace

Nemesis::Nemesis(std::shared_ptr<const Scenario> scenario)
    : scenario_(std::move(scenario)),
      strikes_(scenario_->faults.size()),
      used_(scenario_->faults.size()),
      rules_(scenario_->faults.size()),
      swizzles_until_(scenario_->faults.size()) {
  for (const auto& fault : scenario_->faults) keys_.push_back(sim::key_of(fault.name));
}

// --- when ---

std::uint64_t Nemesis::tag(Act act, std::uint32_t fault, std::uint64_t nth) {
  return std::uint64_t{static_cast<std::uint8_t>(act)} << 56U | std::uint64_t{fault} << 40U | nth;
}

void Nemesis::begin(sim::World& world) {
  for (std::uint32_t fault = 0; fault < scenario_->faults.size(); ++fault) {
    const auto& what = scenario_->faults[fault];
    if (!takes_part(world.choices(), *scenario_, what.name, what.takes_part)) continue;
    if (!what.always) {
      schedule_first_strikes(world, fault);
    } else if (what.from == sim::Duration(0)) {
      strike(world, fault, 0);
    } else {
      world.act_at(world.now() + what.from, tag(Act::moved_strike, fault, 0));
    }
  }
}

void Nemesis::schedule_first_strikes(sim::World& world, std::uint32_t fault) {
  const auto& what = scenario_->faults[fault];
  // At the very start nobody has booted yet, and who is not up cannot be struck.
  constexpr sim::Duration all_have_booted(1);
  auto before = world.now() + what.from;
  for (std::uint64_t nth = 0; nth < what.at.size(); ++nth) {
    const sim::Key key{strike_time_purpose, keys_[fault], nth};
    const auto at = world.now() + std::max(world.choices().decide_duration(key, what.at[nth]), all_have_booted);
    world.act_at(at, tag(Act::moved_strike, fault, nth));
    before = world.now() + sim::Duration(static_cast<std::int64_t>(world.choices().draw(key, what.at[nth])));
  }
  schedule_strike(world, fault, what.at.size(), before);
}

void Nemesis::schedule_strike(sim::World& world, std::uint32_t fault, std::uint64_t nth, sim::Time before) {
  const auto& what = scenario_->faults[fault];
  if (what.every.parts.empty()) return;
  const sim::Key key{strike_time_purpose, keys_[fault], nth};
  const auto& choices = world.choices();
  const auto times = what.every.shifted(static_cast<std::uint64_t>(before.time_since_epoch().count()));
  const auto at = choices.decide(key, times);
  const auto by_chance = choices.draw(key, times);
  const auto time = [](std::uint64_t nanoseconds) { return sim::Time(sim::Duration(nanoseconds)); };
  if (what.until && time(by_chance) >= sim::Time(*what.until)) return;
  world.act_at(time(at), tag(at == by_chance ? Act::strike : Act::moved_strike, fault, nth));
  if (at != by_chance) world.act_at(time(by_chance), tag(Act::next, fault, nth));
}

void Nemesis::schedule_end(sim::World& world, const Strike& strike) {
  const auto& what = fault_of(strike);
  const auto end = tag(Act::end, strike.fault, strike.nth);
  if (what.always) {
    if (what.until) world.act_at(sim::Time(*what.until), end);
    return;
  }
  if (what.lasts.parts.empty()) return;
  const sim::Key key{strike_length_purpose, keys_[strike.fault], strike.nth};
  world.act_at(world.now() + world.choices().decide_duration(key, what.lasts), end);
}

void Nemesis::act(sim::World& world, std::uint64_t tag, std::optional<sim::HostId> leading) {
  if (!chaos_) return;
  leading_ = leading;
  const auto act = static_cast<Act>(tag >> 56U);
  const auto fault = static_cast<std::uint32_t>(tag >> 40U & 0xffffU);
  const auto nth = tag & ((std::uint64_t{1} << 40U) - 1);
  if (act == Act::slice) {
    begin_slice(world, fault, nth);
    return;
  }
  if (act == Act::cut_one || act == Act::join_one) {
    act_on_one(world, act, fault, nth);
    return;
  }
  if (act != Act::end) {
    if (act != Act::next) strike(world, fault, nth);
    if (act != Act::moved_strike && !is_spent(fault)) schedule_strike(world, fault, nth + 1, world.now());
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
    const auto& what = scenario_->faults[fault];
    if (on && what.always && takes_part(world.choices(), *scenario_, name, what.takes_part)) strike(world, fault, 0);
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

bool Nemesis::is_spent(std::uint32_t fault) const {
  const auto times = scenario_->faults[fault].times;
  return times != 0 && used_[fault] >= times;
}

void Nemesis::strike(sim::World& world, std::uint32_t fault, std::uint64_t nth) {
  if (std::find(off_.begin(), off_.end(), fault) != off_.end()) return;
  if (is_spent(fault)) return;
  Strike strike{.fault = fault, .nth = nth, .armed = waits_for_the_disk(fault)};
  const auto& what = fault_of(strike);
  if (!world.choices().decide_chance({strike_purpose, keys_[fault], nth}, what.chance)) {
    ++used_[fault];
    return;
  }
  // One armed crash at a time: the one before may still wait for its moment.
  const auto waits = [&](const Strike& active) { return active.fault == fault && active.armed; };
  if (strike.armed && std::any_of(active_.begin(), active_.end(), waits)) return;
  if (what.kind == Fault::Kind::partition && what.shape == PartitionShape::swizzle) {
    begin_swizzle(world, fault, nth);
    return;
  }
  const bool whole = what.kind == Fault::Kind::partition && concerns_all(what.shape);
  if ((what.kind == Fault::Kind::messages || whole) && is_in_force(fault)) return;
  if (what.kind != Fault::Kind::messages) {
    strike.hosts = choose_victims(world, fault, nth);
    if (strike.hosts.empty()) return;
  }
  begin_strike(world, strike);
  ++used_[fault];
  if (is_done_at_once(what)) {
    ++strikes_[fault];
    return;
  }
  if (!strike.armed) {
    ++strikes_[fault];
    schedule_end(world, strike);
  }
  if (!what.runs.parts.empty()) schedule_slice(world, strike, 0);
  active_.push_back(std::move(strike));
}

// --- slices ---

// The first slice is a wait, and so is every second after it.
void Nemesis::schedule_slice(sim::World& world, const Strike& strike, std::uint64_t slice) {
  const auto& what = fault_of(strike);
  const sim::Key key{slice_purpose, keys_[strike.fault], strike.nth | slice << host_shift};
  const auto takes = world.choices().decide_duration(key, slice % 2 == 0 ? what.waits : what.runs);
  world.act_at(world.now() + takes, tag(Act::slice, strike.fault, strike.nth | (slice & 0xffffU) << host_shift));
}

void Nemesis::begin_slice(sim::World& world, std::uint32_t fault, std::uint64_t rest) {
  const auto nth = rest & ((std::uint64_t{1} << host_shift) - 1);
  const auto found = std::find_if(active_.begin(), active_.end(),
                                  [&](const Strike& active) { return active.fault == fault && active.nth == nth; });
  if (found == active_.end()) return;
  found->running = !found->running;
  for (const auto host : found->hosts) {
    if (!found->running) {
      world.pause(host);
    } else if (!is_held(host)) {
      world.resume(host, sim::Duration(0));
    }
  }
  schedule_slice(world, *found, (rest >> host_shift) + 1);
}

// --- swizzle ---

std::uint64_t Nemesis::tag_of_one(Act act, std::uint32_t fault, std::uint64_t nth, sim::HostId host) {
  return tag(act, fault, std::uint64_t{host.value} << host_shift | (nth & ((std::uint64_t{1} << host_shift) - 1)));
}

// In the first half of the strike each of its servers is cut off, in the second each is reconnected, at times of its
// own: so the orders differ.
void Nemesis::begin_swizzle(sim::World& world, std::uint32_t fault, std::uint64_t nth) {
  if (world.now() < swizzles_until_[fault]) return;
  const auto& choices = world.choices();
  const auto key = [&](sim::Purpose purpose, sim::HostId host) {
    return sim::Key{purpose, keys_[fault], nth, host.value};
  };
  std::vector<sim::HostId> victims;
  for (const auto host : servers()) {
    if (choices.decide_chance(key(side_purpose, host), {1, 2})) victims.push_back(host);
  }
  if (victims.empty()) return;
  const auto lasts =
      choices.decide_duration({strike_length_purpose, keys_[fault], nth}, scenario_->faults[fault].lasts);
  for (const auto host : victims) {
    const auto at = [&](sim::Purpose purpose, std::uint64_t first) {
      const auto thousandths = choices.decide(key(purpose, host), sim::Distribution::uniform(first, first + 499));
      return world.now() + lasts / 1000 * static_cast<std::int64_t>(thousandths);
    };
    world.act_at(at(swizzle_cut_purpose, 0), tag_of_one(Act::cut_one, fault, nth, host));
    world.act_at(at(swizzle_join_purpose, 500), tag_of_one(Act::join_one, fault, nth, host));
  }
  swizzles_until_[fault] = world.now() + lasts;
  ++used_[fault];
  ++strikes_[fault];
}

void Nemesis::act_on_one(sim::World& world, Act act, std::uint32_t fault, std::uint64_t rest) {
  const sim::HostId host{static_cast<std::uint16_t>(rest >> host_shift)};
  const auto nth = rest & ((std::uint64_t{1} << host_shift) - 1);
  if (act == Act::cut_one) {
    Strike strike{.fault = fault, .nth = nth, .hosts = {host}};
    begin_strike(world, strike);
    active_.push_back(std::move(strike));
    return;
  }
  const auto found = std::find_if(active_.begin(), active_.end(), [&](const Strike& active) {
    return active.fault == fault && active.nth == nth && active.concerns(host);
  });
  if (found == active_.end()) return;
  const Strike ended = std::move(*found);
  active_.erase(found);
  end_strike(world, ended);
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
  if (scenario_->faults[fault].needs_disk() && !world.has_disk(host)) return false;
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
  // Here everybody is struck, on one side or another.
  if (what.kind == Fault::Kind::partition && concerns_all(what.shape) && what.shape != PartitionShape::bridge) {
    return what.shape == PartitionShape::halves ? choose(world.choices(), key, std::move(candidates), majority)
                                                : candidates;
  }
  std::erase_if(candidates, [&](sim::HostId host) {
    return !may_strike(world, fault, host) || (what.target == Target::leader && host != leading_) ||
           (what.target == Target::follower && host == leading_) ||
           (what.target == Target::named && !std::binary_search(what.victims.begin(), what.victims.end(), host));
  });
  if (what.target == Target::leader || what.target == Target::all || what.target == Target::named) return candidates;
  return choose(world.choices(), key, std::move(candidates), what.target == Target::majority ? majority : 1);
}

// --- until when ---

std::vector<sim::HostId> Nemesis::choose_healed(const sim::World& world) const {
  const auto& choices = world.choices();
  switch (scenario_->heal) {
    case Heal::none:
      return {};
    case Heal::sometimes_all:
      if (choices.decide_chance({heal_all_purpose}, {1, 2})) break;
      [[fallthrough]];
    case Heal::quorum:
      return choose(choices, {heal_purpose}, servers(), scenario_->servers / 2 + 1);
    case Heal::all:
    case Heal::all_but:
      break;
  }
  return servers();
}

// What it does to its victims stays, whoever is healed.
bool Nemesis::stays(const Strike& strike) const {
  const auto& what = fault_of(strike);
  if (scenario_->heal == Heal::none) return true;
  const auto& staying = scenario_->staying;
  return (what.kind == Fault::Kind::messages && what.stays) ||
         (scenario_->heal == Heal::all_but && std::find(staying.begin(), staying.end(), what.name) != staying.end());
}

std::vector<sim::HostId> Nemesis::end_chaos(sim::World& world) {
  chaos_ = false;
  auto healed = choose_healed(world);
  for (std::size_t kept = 0; active_.size() > kept;) {
    Strike& first = active_[kept];
    if (!first.armed && stays(first)) {
      ++kept;
      continue;
    }
    Strike strike = std::move(first);
    active_.erase(active_.begin() + static_cast<std::ptrdiff_t>(kept));
    repair(world, std::move(strike), healed);
  }
  for (const auto& strike : active_) {
    if (!keeps_from_working(fault_of(strike))) continue;
    for (const auto host : strike.hosts) impaired_.insert(server_of(host));
  }
  restart_all_halted(world, healed);
  if (scenario_->heal == Heal::quorum || scenario_->heal == Heal::sometimes_all) cut_off_the_rest(world, healed);
  return healed;
}

// Undoes what concerns the healed servers alone; a link is healed when both its ends are.
void Nemesis::repair(sim::World& world, Strike strike, const std::vector<sim::HostId>& healed) {
  if (strike.armed) {
    for (const auto host : strike.hosts) world.disarm_crash(host);
    return;
  }
  const auto is_broken = [&](sim::HostId host) { return !std::binary_search(healed.begin(), healed.end(), host); };
  const bool at_hosts = keeps_from_working(fault_of(strike));
  for (const auto host : strike.hosts) {
    if (at_hosts && is_broken(host)) impaired_.insert(server_of(host));
  }
  std::erase_if(strike.hosts, is_broken);
  std::erase_if(strike.blocked, [&](const auto& link) { return is_broken(link.first) || is_broken(link.second); });
  end_strike(world, strike);
}

core::ServerSet Nemesis::working(const sim::World& world) const {
  core::ServerSet result;
  for (const auto host : servers()) {
    const auto server = server_of(host);
    const bool comes_up =
        world.state(host) == sim::HostState::up || (let_go_at_ == world.now() && let_go_.contains(server));
    const bool disk_works = !world.has_disk(host) || world.disk(host).works();
    if (comes_up && disk_works && !impaired_.contains(server)) result.insert(server);
  }
  return result;
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
      return network.is_blocked(inside, outside) || network.is_blocked(outside, inside) ||
             network.is_clogged(inside, outside) || network.is_clogged(outside, inside);
    });
    if (!broken) continue;
    for (const auto inside : healed) {
      network.block(inside, outside);
      network.block(outside, inside);
    }
  }
}

}  // namespace raftsim::scenarios
