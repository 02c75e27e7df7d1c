#include <cstring>
#include <unordered_map>
#include <vector>

#include "tools/bench/repeated.hpp"
#include "tools/bench/replays.hpp"

namespace raftsim::tools {

namespace {

// One thing that the world does to its network.
struct NetworkCall {
  enum class Kind : std::uint8_t { send, send_into_partition, arrive, take } kind;
  sim::Time now;
  std::uint32_t slot;  // arrive, take; send: which packet
};

struct NetworkCalls {
  std::vector<NetworkCall> calls;
  std::vector<sim::Packet> packets;
  std::uint64_t same = 0;  // packets with which the network did what it did in the run
};

void without_chance(sim::LinkSettings& link) {
  link.delay = sim::Distribution::fixed(link.delay.parts.front().min);
  link.loss = link.duplicate = link.reorder = {};
}

sim::NetworkSettings network_settings(const RecordedRun& run, Chance chance) {
  sim::NetworkSettings settings = run.network;
  if (chance == Chance::as_it_was) return settings;
  without_chance(settings.links);
  for (auto& each : settings.overrides) without_chance(each.settings);
  return settings;
}

sim::Network network_of(const RecordedRun& run, const sim::NetworkSettings& settings) {
  sim::Network network(settings);
  for (std::size_t host = 0; host < run.hosts; ++host) network.add_host();
  return network;
}

std::span<const sim::Network::Arrival> send(sim::Network& network, const NetworkCall& call, sim::Packet&& packet,
                                            const sim::Choices& choices, std::vector<sim::Sent>& sent) {
  const sim::HostId from = packet.from;
  const sim::HostId to = packet.to;
  sent.emplace_back().packet = std::move(packet);
  if (call.kind == NetworkCall::Kind::send) return network.send(call.now, choices, sent);
  network.block(from, to);
  const auto arrivals = network.send(call.now, choices, sent);
  network.unblock(from, to);
  return arrivals;
}

// Finds out, with a network that does it all for once, in which slots the run's packets arrive.
class NetworkListing {
 public:
  NetworkListing(const RecordedRun& run, const sim::NetworkSettings& settings)
      : run_(run), network_(network_of(run, settings)) {
    for (const sim::Step& step : run.steps) {
      if (step.delivered) deliver(step);
      sent_.clear();
      for (std::size_t first = 0; first < step.sent.size();) {
        std::size_t end = first + 1;
        while (end < step.sent.size() && step.sent[end].packet.duplicate_of != 0) ++end;
        send(step, first, end);
        first = end;
      }
    }
  }
  [[nodiscard]] NetworkCalls take() { return std::move(listed_); }

 private:
  void deliver(const sim::Step& step) {
    const auto at = slots_.find(step.delivered->id);
    if (at == slots_.end()) return;  // came about by chance, which is left out
    const sim::Time now = step.event.at;
    if (!step.event.postponed) {
      listed_.calls.push_back({NetworkCall::Kind::arrive, now, at->second});
      network_.arrive(now, at->second);
    }
    if (step.deferred) return;
    listed_.calls.push_back({NetworkCall::Kind::take, now, at->second});
    static_cast<void>(sim::Packet(network_.take(at->second)));
    slots_.erase(at);
  }

  // [first, end): a packet and the copies that the network made of it.
  void send(const sim::Step& step, std::size_t first, std::size_t end) {
    const sim::Sent& original = step.sent[first];
    const bool cut = original.lost && original.why != nullptr && std::strcmp(original.why, "partition") == 0;
    const NetworkCall call{cut ? NetworkCall::Kind::send_into_partition : NetworkCall::Kind::send, step.event.at,
                           static_cast<std::uint32_t>(listed_.packets.size())};
    const std::size_t before = sent_.size();
    std::unordered_map<sim::PacketId, std::uint32_t> arriving;
    const auto arrivals = tools::send(network_, call, sim::Packet(original.packet), run_.choices, sent_);
    for (const auto& arrival : arrivals) {
      arriving[network_.packet(arrival.slot).id] = arrival.slot;
    }
    for (std::size_t i = 0; first + i < end && before + i < sent_.size(); ++i) {
      const auto at = arriving.find(sent_[before + i].packet.id);
      if (at != arriving.end()) slots_[step.sent[first + i].packet.id] = at->second;
    }
    const sim::Sent& here = sent_[before];
    if (here.lost == original.lost && (here.lost || here.delivered_at == original.delivered_at)) ++listed_.same;
    listed_.calls.push_back(call);
    listed_.packets.push_back(original.packet);
  }

  const RecordedRun& run_;
  sim::Network network_;
  std::vector<sim::Sent> sent_;
  std::unordered_map<sim::PacketId, std::uint32_t> slots_;  // by the run's number of a packet that is under way
  NetworkCalls listed_;
};

}  // namespace

Replay replay_network(const RecordedRun& run, Chance chance) {
  const sim::NetworkSettings settings = network_settings(run, chance);
  const NetworkCalls listed = NetworkListing(run, settings).take();
  struct Prepared {
    sim::Network network;
    std::vector<sim::Packet> packets;
  };
  const auto prepare = [&] { return Prepared{network_of(run, settings), listed.packets}; };
  const auto work = [&](Prepared& prepared) {
    std::vector<sim::Sent> sent;
    sim::Packet taken;
    for (const NetworkCall& call : listed.calls) {
      switch (call.kind) {
        case NetworkCall::Kind::send:
        case NetworkCall::Kind::send_into_partition:
          sent.clear();
          send(prepared.network, call, std::move(prepared.packets[call.slot]), run.choices, sent);
          break;
        case NetworkCall::Kind::arrive:
          prepared.network.arrive(call.now, call.slot);
          break;
        case NetworkCall::Kind::take:
          taken = prepared.network.take(call.slot);
          break;
      }
    }
  };
  return {least_time(prepare, work), listed.packets.size(), listed.same};
}

}  // namespace raftsim::tools
