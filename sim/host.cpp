#include "sim/host.hpp"

#include <stdexcept>
#include <string>
#include <utility>

#include "sim/world.hpp"

namespace raftsim::sim {

Time Host::now() const { return world_.machines_[id_.value].clock.read(world_.now_); }
std::uint32_t Host::incarnation() const { return world_.incarnation(id_); }
EventId Host::event() const { return world_.events_; }

PacketId Host::send(HostId to, std::uint8_t kind, std::uint32_t bytes, Payload payload, std::uint64_t stage) {
  if (to == id_ || to.value >= world_.hosts()) {
    throw std::logic_error("host " + std::to_string(id_.value) + " sends a packet to host " + std::to_string(to.value) +
                           ": expected another of hosts 0 to " + std::to_string(world_.hosts() - 1));
  }
  return world_.send(id_, to, kind, bytes, std::move(payload), stage);
}

void Host::wake_at(Time when) { world_.wake_at(id_, world_.machines_[id_.value].clock.when_it_reads(when)); }

OperationId Host::submit(DiskOperation&& operation) {
  if (!world_.has_disk(id_)) throw std::logic_error("host " + std::to_string(id_.value) + " has no disk to write to");
  return world_.submit(id_, std::move(operation));
}

void Host::halt(std::string why) { world_.under_way_->halted = std::move(why); }

const Disk& Host::disk() const { return std::as_const(world_).disk(id_); }

const Choices& Host::choices() const { return world_.choices_; }

std::uint64_t Host::decide(Purpose purpose, std::uint64_t nth, const Distribution& distribution,
                           std::uint64_t item) const {
  return world_.choices_.decide({purpose, id_.value, nth, item}, distribution);
}

bool Host::decide_chance(Purpose purpose, std::uint64_t nth, Ratio chance) const {
  return world_.choices_.decide_chance({purpose, id_.value, nth}, chance);
}

}  // namespace raftsim::sim
