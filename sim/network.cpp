#include "sim/network.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

namespace raftsim::sim {

namespace {

constexpr std::int64_t nanoseconds_per_second = 1'000'000'000;

bool covers(const NetworkSettings::Override& override, HostId from, HostId to) {
  return (!override.from || *override.from == from) && (!override.to || *override.to == to);
}

}  // namespace

Duration time_on_wire(std::uint32_t bytes, std::uint64_t bytes_per_second) {
  return Duration(
      static_cast<std::int64_t>(bytes * static_cast<std::uint64_t>(nanoseconds_per_second) / bytes_per_second));
}

Network::Network(NetworkSettings settings) : settings_(std::move(settings)) {}

void Network::add_host() {
  const std::size_t before = hosts_++;
  std::vector<Link> links(hosts_ * hosts_);
  std::vector<std::uint32_t> sent(kinds_ * links.size());
  for (std::size_t from = 0; from < before; ++from) {
    for (std::size_t to = 0; to < before; ++to) {
      links[from * hosts_ + to] = links_[from * before + to];
      for (std::size_t kind = 0; kind < kinds_; ++kind) {
        sent[kind * links.size() + from * hosts_ + to] = sent_of_kind_[kind * links_.size() + from * before + to];
      }
    }
  }
  links_ = std::move(links);
  sent_of_kind_ = std::move(sent);
  choose_settings();
}

void Network::change(NetworkSettings settings) {
  settings_ = std::move(settings);
  choose_settings();
}

void Network::choose_settings() {
  for (std::size_t i = 0; i < links_.size(); ++i) {
    const HostId from{static_cast<std::uint16_t>(i / hosts_)};
    const HostId to{static_cast<std::uint16_t>(i % hosts_)};
    Link& way = links_[i];
    way.settings = 0;
    for (std::size_t n = 0; n < settings_.overrides.size(); ++n) {
      if (covers(settings_.overrides[n], from, to)) way.settings = static_cast<std::uint32_t>(n + 1);
    }
    way.settled = settings_of(way).extra.parts.empty();
    way.extra = {};
    note_special(way);
  }
}

void Network::note_special(Link& link) {
  link.special = link.clogs > 0 || !link.settled || settings_of(link).transport == Transport::stream;
}

void Network::settle(Link& link, const LinkSettings& settings, const Choices& choices, const Packet& packet) {
  link.extra = choices.decide_duration({Purpose::link_extra, way_of(packet)}, settings.extra);
  link.settled = true;
  note_special(link);
}

// --- faults ---

RuleId Network::add_rule(Rule rule) {
  const auto id = static_cast<RuleId>(rules_.size());
  RuleState state;
  state.rule = std::move(rule);
  state.key = key_of(state.rule.name);
  rules_.push_back(std::move(state));
  active_rules_.push_back(id);
  return id;
}

std::span<const Network::Arrival> Network::remove_rule(Time now, RuleId id) {
  arrivals_.clear();
  RuleState& state = rules_[id];
  state.active = false;
  std::erase(active_rules_, id);
  if (state.kept) arrivals_.push_back({now, *std::exchange(state.kept, std::nullopt)});
  for (const auto& kept : state.keeps) arrivals_.push_back({now, kept.slot});
  state.keeps.clear();
  return arrivals_;
}

void Network::block(HostId from, HostId to) { ++link(from, to).blocks; }

void Network::unblock(HostId from, HostId to) {
  Link& way = link(from, to);
  if (way.blocks == 0) {
    throw std::logic_error("network: the link from host " + std::to_string(from.value) + " to host " +
                           std::to_string(to.value) + " is not blocked");
  }
  --way.blocks;
}

bool Network::is_blocked(HostId from, HostId to) const { return link(from, to).blocks > 0; }

void Network::unblock_all() {
  for (Link& way : links_) way.blocks = 0;
}

void Network::clog(HostId from, HostId to) {
  Link& way = link(from, to);
  ++way.clogs;
  note_special(way);
}

std::span<const Network::Arrival> Network::unclog(Time now, HostId from, HostId to) {
  arrivals_.clear();
  Link& way = link(from, to);
  if (way.clogs == 0) {
    throw std::logic_error("network: the link from host " + std::to_string(from.value) + " to host " +
                           std::to_string(to.value) + " is not clogged");
  }
  if (--way.clogs > 0) return arrivals_;
  note_special(way);
  const auto held = clogged_.find(link_key(from.value, to.value));
  if (held == clogged_.end()) return arrivals_;
  for (const Held& each : held->second) {
    Time at = now + each.takes;
    const bool keeps_order = slots_[each.slot].connection != 0 || settings_of(way).in_order;
    if (keeps_order) at = way.last_arrival = std::max(at, way.last_arrival);
    arrivals_.push_back({at, each.slot});
  }
  clogged_.erase(held);
  return arrivals_;
}

// What has just been sent, from `first` on in `sent`, goes no further for now.
void Network::hold_arrivals(Time now, std::vector<Sent>& sent, std::size_t first) {
  auto& held = clogged_[way_of(sent[first].packet)];
  for (const Arrival& each : arrivals_) held.push_back({each.slot, each.at - now});
  for (std::size_t i = first; i < sent.size(); ++i) {
    if (sent[i].lost) continue;
    sent[i].why = "clogged";
    sent[i].delivered_at = never;
    ++statistics_.clogged;
  }
  arrivals_.clear();
}

// --- sending ---

// Names the packet: its purpose is for the caller to fill in.
inline Key Network::key_of_next(const Packet& packet) {
  std::uint8_t& place = place_of_kind_[packet.kind];
  if (place == 0) [[unlikely]] {
    place = ++kinds_;
    sent_of_kind_.resize(kinds_ * links_.size());
  }
  const std::size_t row = (place - 1U) * hosts_ + packet.from.value;
  std::uint32_t& sent = sent_of_kind_[row * hosts_ + packet.to.value];
  return {Purpose{}, link_key(packet.from.value, packet.to.value), sent++, packet.kind};
}

std::span<const Network::Arrival> Network::send(Time now, const Choices& choices, std::vector<Sent>& sent,
                                                std::uint64_t stage) {
  arrivals_.clear();
  const std::size_t first = sent.size() - 1;
  Sent& fate = sent.back();
  Packet& packet = fate.packet;
  Link& way = link(packet.from, packet.to);
  const LinkSettings& settings = settings_of(way);
  packet.id = ++last_packet_;
  packet.nth_on_link = static_cast<std::uint32_t>(way.packets++);
  ++statistics_.sent;
  statistics_.bytes_sent += packet.bytes;
  Key packet_key = key_of_next(packet);
  packet.nth_of_kind = static_cast<std::uint32_t>(packet_key.nth);
  const auto key = [&packet_key](Purpose purpose) -> const Key& {
    packet_key.purpose = purpose;
    return packet_key;
  };

  if (way.special) [[unlikely]] {
    if (!way.settled) settle(way, settings, choices, packet);
    if (settings.transport == Transport::stream) return send_on_stream(now, choices, sent, packet_key, stage);
  }

  // A packet that loss takes on the way has been in the queue like any other.
  const Time leaves = std::max(now, way.busy_until);
  Time at = leaves;
  const bool limited = settings.bytes_per_second > 0;
  const char* lost = nullptr;
  std::uint64_t* lost_counter = nullptr;
  if (way.blocks > 0) {
    lost = "partition";
    lost_counter = &statistics_.lost_to_partition;
  } else if (limited && leaves - now > settings.queue) {
    lost = "full queue";
    lost_counter = &statistics_.lost_to_full_queue;
  } else {
    if (limited) at = way.busy_until = leaves + time_on_wire(packet.bytes, settings.bytes_per_second);
    if (choices.decide_chance(key(Purpose::packet_loss), settings.loss)) {
      lost = "loss";
      lost_counter = &statistics_.lost_by_chance;
    }
  }
  RuleEffect effect;
  if (!active_rules_.empty()) effect = apply_rules(packet, packet_key, lost != nullptr, choices);
  if (lost == nullptr && effect.dropped_by != nullptr) {
    lost = effect.dropped_by;
    lost_counter = &statistics_.lost_by_rule;
  }
  if (lost != nullptr) {
    lose(fate, lost, *lost_counter);
    if (!active_rules_.empty()) release_by_stage(now, stage);
    return arrivals_;
  }

  at += choices.decide_duration(key(Purpose::packet_delay), settings.delay) + way.extra;
  bool on_purpose = false;
  if (choices.decide_chance(key(Purpose::packet_reorder), settings.reorder)) {
    at += choices.decide_duration(key(Purpose::reorder_delay), settings.reorder_delay);
    on_purpose = true;
    ++statistics_.delayed_by_reorder;
  }
  if (effect.delayed_by != nullptr) {
    at += effect.delay;
    on_purpose = true;
    ++statistics_.held;
  }
  if (settings.in_order && !on_purpose) at = way.last_arrival = std::max(at, way.last_arrival);

  fate.why = effect.delayed_by;
  fate.delivered_at = effect.kept_by ? never : at;
  const std::uint32_t slot = store(packet);
  if (effect.kept_by) {
    keep(*effect.kept_by, packet, slot, stage);
  } else {
    arrivals_.push_back({at, slot});
  }

  // From here on `sent` grows: `fate` and `packet` may have moved.
  if (choices.decide_chance(key(Purpose::packet_duplicate), settings.duplicate)) {
    copy(slots_[slot], at + choices.decide_duration(key(Purpose::duplicate_delay), settings.duplicate_delay), nullptr,
         sent);
  }
  if (!active_rules_.empty()) {
    for (const RuleCopy& each : rule_copies_) copy(slots_[slot], at + each.delay, each.name, sent);
  }
  if (way.clogs > 0) [[unlikely]]
    hold_arrivals(now, sent, first);
  if (!active_rules_.empty()) release_by_stage(now, stage);
  return arrivals_;
}

// Counts the packet with every rule that it matches, also behind one that drops it, and when it `is_lost` anyway.
Network::RuleEffect Network::apply_rules(const Packet& packet, const Key& packet_key, bool is_lost,
                                         const Choices& choices) {
  RuleEffect effect;
  rule_copies_.clear();
  struck_.clear();
  for (const RuleId id : active_rules_) {
    RuleState& state = rules_[id];
    const Rule& rule = state.rule;
    if (!rule.matches(packet)) continue;
    const std::uint64_t nth = state.matched++;
    if (rule.action == Rule::Action::release && nth + 1 == rule.after) state.release_from = packet.id;
    if (rule.action == Rule::Action::release && nth + 1 != rule.nth) continue;
    const auto key = [&](Purpose purpose) {
      return Key{purpose, state.key, packet_key.nth, std::uint64_t{packet_key.who} << 8U | packet.kind};
    };
    if (!choices.decide_chance(key(Purpose::rule_chance), rule.chance)) continue;
    if (is_lost || effect.dropped_by != nullptr) continue;
    switch (rule.action) {
      case Rule::Action::hold:
        effect.delayed_by = rule.name.c_str();
        effect.delay += choices.decide_duration(key(Purpose::rule_delay), rule.delay);
        break;
      case Rule::Action::drop:
        effect.dropped_by = rule.name.c_str();
        break;
      case Rule::Action::duplicate:
        rule_copies_.push_back({rule.name.c_str(), choices.decide_duration(key(Purpose::rule_delay), rule.delay)});
        break;
      case Rule::Action::release:
      case Rule::Action::keep:
        if (effect.kept_by) continue;  // another rule keeps it
        effect.delayed_by = rule.name.c_str();
        effect.kept_by = id;
        break;
    }
    if (effect.dropped_by != nullptr) struck_.clear();  // whatever else was to become of it
    struck_.push_back(id);
  }
  for (const RuleId id : struck_) ++rules_[id].struck;
  return effect;
}

// Until what the rule waits for.
void Network::keep(RuleId id, const Packet& packet, std::uint32_t slot, std::uint64_t stage) {
  RuleState& state = rules_[id];
  if (state.rule.action == Rule::Action::release) {
    state.kept = slot;
  } else {
    state.keeps.push_back({slot, packet.id, 0, stage});
  }
}

void Network::release_by_stage(Time now, std::uint64_t stage) {
  for (const RuleId id : active_rules_) {
    RuleState& state = rules_[id];
    if (state.rule.stages == 0) continue;
    std::erase_if(state.keeps, [&](const RuleState::Kept& kept) {
      if (stage < kept.stage + state.rule.stages) return false;
      arrivals_.push_back({now, kept.slot});
      return true;
    });
  }
}

void Network::lose(Sent& sent, const char* why, std::uint64_t& counter) {
  ++counter;
  sent.lost = true;
  sent.why = why;
}

void Network::copy(const Packet& original, Time at, const char* why, std::vector<Sent>& sent) {
  Sent& fate = sent.emplace_back(Sent{.packet = original, .why = why, .delivered_at = at});
  fate.packet.duplicate_of = original.id;
  fate.packet.id = ++last_packet_;
  ++statistics_.sent;
  ++statistics_.duplicated;
  statistics_.bytes_sent += original.bytes;
  arrivals_.push_back({at, store(fate.packet)});
}

std::uint32_t Network::store(const Packet& packet) {
  if (free_.empty()) {
    slots_.push_back(packet);
    return static_cast<std::uint32_t>(slots_.size() - 1);
  }
  const std::uint32_t slot = free_.back();
  free_.pop_back();
  slots_[slot] = packet;
  return slot;
}

// --- arriving ---

void Network::note_order(const Packet& packet) {
  Link& way = link(packet.from, packet.to);
  const std::uint64_t after = std::uint64_t{packet.nth_on_link} + 1;
  if (after < way.newest) {
    ++statistics_.reordered;
  } else {
    way.newest = after;
  }
}

// What rules keep until a packet like this one has arrived.
std::span<const Network::Arrival> Network::release(Time now, const Packet& arrived) {
  arrivals_.clear();
  for (const RuleId id : active_rules_) {
    RuleState& state = rules_[id];
    if (!state.keeps.empty() && state.rule.later > 0 && state.rule.matches(arrived)) {
      std::erase_if(state.keeps, [&](RuleState::Kept& kept) {
        if (arrived.id < kept.id || ++kept.later < state.rule.later) return false;
        arrivals_.push_back({now, kept.slot});
        return true;
      });
    }
    if (!state.kept || state.release_from == 0 || arrived.id < state.release_from) continue;
    if (state.rule.matches(arrived)) arrivals_.push_back({now, *std::exchange(state.kept, std::nullopt)});
  }
  return arrivals_;
}

Packet&& Network::take(std::uint32_t slot) {
  Packet& packet = slots_[slot];
  ++statistics_.delivered;
  statistics_.bytes_delivered += packet.bytes;
  free_.push_back(slot);
  return std::move(packet);
}

Packet&& Network::take_reset(std::uint32_t slot) {
  ++statistics_.lost_to_reset;
  free_.push_back(slot);
  return std::move(slots_[slot]);
}

Packet&& Network::take_lost(std::uint32_t slot) {
  ++statistics_.lost_at_down_host;
  free_.push_back(slot);
  return std::move(slots_[slot]);
}

}  // namespace raftsim::sim
