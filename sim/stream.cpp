// Links that are streams: in order, held up by a loss, reset when that lasts too long. See StreamSettings.
#include <algorithm>
#include <utility>

#include "sim/network.hpp"

namespace raftsim::sim {

namespace {

constexpr unsigned attempt_shift = 40;  // in the number of a packet, for what is decided of its nth attempt

// After so many attempts.
Duration wait_after(std::uint32_t attempts, const StreamSettings& settings) {
  Duration wait = settings.retransmit_after;
  for (std::uint32_t i = 1; i < attempts && wait < settings.longest_wait; ++i) wait *= 2;
  return std::min(wait, settings.longest_wait);
}

}  // namespace

std::span<const Network::Arrival> Network::send_on_stream(Time now, const Choices& choices, std::vector<Sent>& sent,
                                                          Key key, std::uint64_t stage) {
  const std::size_t first = sent.size() - 1;
  Sent& fate = sent.back();
  Packet& packet = fate.packet;
  const HostId from = packet.from;
  const HostId to = packet.to;
  Link& way = link(from, to);
  const LinkSettings& settings = settings_of(way);
  Stream& stream = streams_[way_of(packet)];
  packet.connection = stream.connection;

  RuleEffect effect;
  if (!active_rules_.empty()) effect = apply_rules(packet, key, false, choices);
  // What waits is behind a loss, or for the wire to take it.
  std::uint64_t waiting = stream.waiting_bytes;
  if (settings.bytes_per_second > 0 && way.busy_until > now) {
    waiting +=
        static_cast<std::uint64_t>((way.busy_until - now).count()) / 1000 * settings.bytes_per_second / 1'000'000;
  }
  if (effect.dropped_by != nullptr) {
    lose(fate, effect.dropped_by, statistics_.lost_by_rule);
  } else if (waiting > 0 && waiting + packet.bytes > settings.stream.buffer) {
    lose(fate, "full buffer", statistics_.lost_to_full_buffer);
  } else {
    if (effect.delayed_by != nullptr) ++statistics_.held;
    fate.why = effect.delayed_by;
    const Waiting what{store(packet), key, effect.delay};
    Time at = never;
    if (effect.kept_by) {
      slots_[what.slot].connection = 0;  // the message, not the connection's bytes
      keep(*effect.kept_by, packet, what.slot, stage);
    } else if (stream.waiting.empty() && gets_through(choices, way, settings, key, 0)) {
      at = set_out(now, choices, way, settings, what);
    } else {
      stream.waiting.push_back(what);
      stream.waiting_bytes += packet.bytes;
      if (fate.why == nullptr) fate.why = way.blocks > 0 ? "partition" : "retransmission";
      if (stream.waiting.size() == 1) {
        stream.stalled_since = now;
        stall(now, stream, settings, from, to);
      }
    }
    fate.delivered_at = at;
    // From here on `sent` grows: `fate` and `packet` may have moved.
    if (!active_rules_.empty()) {
      for (const RuleCopy& each : rule_copies_) {
        copy(slots_[what.slot], (at == never ? now : at) + each.delay, each.name, sent);
      }
    }
    if (way.clogs > 0) hold_arrivals(now, sent, first);
  }
  if (!active_rules_.empty()) release_by_stage(now, stage);
  return arrivals_;
}

bool Network::gets_through(const Choices& choices, const Link& way, const LinkSettings& settings, Key key,
                           std::uint32_t attempt) const {
  if (way.blocks > 0) return false;
  key.purpose = attempt == 0 ? Purpose::packet_loss : Purpose::retransmission_loss;
  key.nth |= std::uint64_t{attempt} << attempt_shift;
  return !choices.decide_chance(key, settings.loss);
}

// It is on its way. Returns when it arrives: after all that went before.
Time Network::set_out(Time now, const Choices& choices, Link& way, const LinkSettings& settings, const Waiting& what) {
  Time leaves = std::max(now, way.busy_until);
  if (settings.bytes_per_second > 0) {
    leaves = way.busy_until = leaves + time_on_wire(slots_[what.slot].bytes, settings.bytes_per_second);
  }
  Key key = what.key;
  key.purpose = Purpose::packet_delay;
  Time at = leaves + choices.decide_duration(key, settings.delay) + way.extra;
  at = way.last_arrival = std::max(at, way.last_arrival);
  if (what.held > Duration(0)) slots_[what.slot].connection = 0;  // from here on it is the rule's
  arrivals_.push_back({at + what.held, what.slot});
  return at + what.held;
}

// The first that waits is tried again later, and for the last time when the connection's timeout is over.
void Network::stall(Time now, Stream& stream, const LinkSettings& settings, HostId from, HostId to) {
  ++stream.attempts;
  stream.retry_at =
      std::min(now + wait_after(stream.attempts, settings.stream), stream.stalled_since + settings.stream.timeout);
  timers_.push_back({stream.retry_at, from, to});
}

std::span<const Network::Arrival> Network::retransmit(Time now, const Choices& choices, HostId from, HostId to) {
  arrivals_.clear();
  Stream& stream = streams_.at(link_key(from.value, to.value));
  if (stream.retry_at != now) return arrivals_;
  Link& way = link(from, to);
  const LinkSettings& settings = settings_of(way);
  ++statistics_.retransmitted;
  while (!stream.waiting.empty()) {
    const Waiting& next = stream.waiting.front();
    if (!gets_through(choices, way, settings, next.key, stream.attempts)) {
      if (stream.attempts > 0 && now - stream.stalled_since >= settings.stream.timeout) {
        reset(from, to);
        return arrivals_;
      }
      if (stream.attempts == 0) stream.stalled_since = now;
      stall(now, stream, settings, from, to);
      break;
    }
    stream.waiting_bytes -= slots_[next.slot].bytes;
    set_out(now, choices, way, settings, next);
    stream.waiting.pop_front();
    stream.attempts = 0;
  }
  if (stream.waiting.empty()) stream.retry_at = never;
  if (way.clogs > 0) {
    auto& held = clogged_[link_key(from.value, to.value)];
    for (const Arrival& each : arrivals_) held.push_back({each.slot, each.at - now});
    arrivals_.clear();
  }
  return arrivals_;
}

void Network::reset(HostId from, HostId to) {
  for (const std::uint32_t way : {link_key(from.value, to.value), link_key(to.value, from.value)}) {
    Stream& stream = streams_[way];
    statistics_.lost_to_reset += stream.waiting.size();
    for (const Waiting& each : stream.waiting) free_.push_back(each.slot);
    const std::uint16_t next = static_cast<std::uint16_t>(stream.connection + 1U);
    stream = {};
    stream.connection = next == 0 ? std::uint16_t{1} : next;
  }
  ++statistics_.resets;
}

void Network::reset_streams(HostId host) {
  std::vector<HostId> others;  // first, as a reset may add the way back
  for (const auto& [way, stream] : streams_) {
    const HostId from{static_cast<std::uint16_t>(way >> 16U)};
    const HostId to{static_cast<std::uint16_t>(way & 0xffffU)};
    const HostId other = from == host ? to : from;
    if ((from == host || to == host) && std::find(others.begin(), others.end(), other) == others.end()) {
      others.push_back(other);
    }
  }
  for (const HostId other : others) reset(host, other);
}

}  // namespace raftsim::sim
