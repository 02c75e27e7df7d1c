// What a process may ask of the machine it runs on.
#pragma once

#include <cstdint>
#include <string>

#include "sim/disk.hpp"
#include "sim/packet.hpp"
#include "sim/random.hpp"

namespace raftsim::sim {

class World;

// Handed to each call of a Process, and good for that call only.
class Host {
 public:
  [[nodiscard]] Time now() const;  // by this machine's own clock, which may drift (World::set_clock)
  [[nodiscard]] HostId id() const { return id_; }
  [[nodiscard]] std::uint32_t incarnation() const;  // 1 at the first boot, one more at each restart
  [[nodiscard]] EventId event() const;              // the event under way
  // `bytes` is the size on the wire. Throws std::logic_error unless `to` is another
  // host of this world.
  // `stage` is any number that grows while the processes get on (a term, an epoch): rules can wait for it.
  PacketId send(HostId to, std::uint8_t kind, std::uint32_t bytes, Payload payload, std::uint64_t stage = 0);
  // Process::wake will be called once, at `when` by this machine's clock (or now, when that is past); a later call
  // replaces an earlier one, and `never` takes it back. A request for a later time than the one queued keeps the queued
  // event, which when it comes up is queued again for the real deadline without calling the process: pushing back a
  // timer costs nothing.
  void wake_at(Time when);
  // Process::disk_done will be called when it is done. Throws std::logic_error when this host has no disk.
  OperationId submit(DiskOperation&& operation);
  // The process gives up: its host goes down at the end of this event, as by a crash, and stays down until somebody
  // restarts it. `why` is for people, and not empty.
  void halt(std::string why);
  [[nodiscard]] const Disk& disk() const;
  // The process's own choices go through the same door as the environment's. Of decide(), `who` is this host.
  [[nodiscard]] const Choices& choices() const;
  [[nodiscard]] std::uint64_t decide(Purpose purpose, std::uint64_t nth, const Distribution& distribution,
                                     std::uint64_t item = 0) const;
  [[nodiscard]] bool decide_chance(Purpose purpose, std::uint64_t nth, Ratio chance) const;

 private:
  friend class World;
  Host(World& world, HostId id) : world_(world), id_(id) {}
  World& world_;
  HostId id_;
};

}  // namespace raftsim::sim
