// Where in a trace each packet was sent and delivered, and how packets of one link overtook each other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "checkers/trace/trace.hpp"

namespace raftsim::tools {

// Keeps pointers into the trace, which must outlive it.
class PacketIndex {
 public:
  struct Passage {
    std::optional<std::size_t> sent;       // position of the event that sent it
    std::optional<std::size_t> delivered;  // position of the event that brought it to its receiver
    const checkers::TracedSend* fate = nullptr;
    const checkers::TracedPacket* packet = nullptr;
  };

  explicit PacketIndex(const checkers::Trace& trace);

  [[nodiscard]] const Passage* find(sim::PacketId packet) const;  // null when the trace has no such packet
  [[nodiscard]] std::optional<std::size_t> position_of(sim::EventId event) const;
  // What was sent on the same link later and delivered before it, in the order of delivery.
  [[nodiscard]] std::vector<const checkers::TracedPacket*> overtakers_of(sim::PacketId packet) const;
  // The other packets with the same content: the original and its copies.
  [[nodiscard]] std::vector<sim::PacketId> copies_of(const checkers::TracedPacket& packet) const;
  // The requests that the sender of this reply had received and that it can be the answer to, the latest first.
  [[nodiscard]] std::vector<const checkers::TracedPacket*> answered_by(const checkers::TracedPacket& reply) const;

 private:
  using Link = std::pair<sim::HostId, sim::HostId>;
  const checkers::Trace& trace_;
  std::unordered_map<sim::PacketId, Passage> passages_;
  std::map<Link, std::vector<std::size_t>> deliveries_;                   // positions of events, by link
  std::unordered_map<sim::PacketId, std::vector<sim::PacketId>> copies_;  // by original
};

}  // namespace raftsim::tools
