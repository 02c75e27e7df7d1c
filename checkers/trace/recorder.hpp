// Records a run, step by step, as plain data. It is converted to JSON at the end (json.hpp).
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "checkers/packet_reader.hpp"
#include "checkers/trace/trace.hpp"
#include "sim/step.hpp"

namespace raftsim::checkers {

// Functions that describe what this folder does not know about. Each may be null.
struct Describer {
  // The name of a packet's kind, for packets that are not Raft messages.
  const char* (*kind)(std::uint8_t kind) = nullptr;
  // Appends the fields of a packet of such a kind.
  void (*packet)(const sim::Packet& packet, std::vector<TracedField>& fields) = nullptr;
  // A short description of an entry's payload: "C1#17".
  std::string (*command)(std::string_view payload) = nullptr;
  // The servers' name for the file with this number: "wal-3".
  std::function<std::string(sim::FileNumber file)> file;
};

class TraceRecorder {
 public:
  explicit TraceRecorder(Describer describer = {}) : describer_(std::move(describer)) {}

  // Records one step of the world, the servers' observations during it, and the run's fingerprint after it.
  void step(const sim::Step& step, std::span<const core::Observation> observations, core::Digest fingerprint,
            const PacketReader& packets);
  // Records an action of the nemesis. It belongs to the step after which it was done or, before the first step, to the
  // first.
  void fault(std::string_view name, std::string_view action, sim::HostId host = sim::no_host);

  [[nodiscard]] const std::vector<TracedEvent>& events() const { return events_; }
  // Moves the events out; the recorder is empty afterwards.
  [[nodiscard]] std::vector<TracedEvent> take_events() { return std::move(events_); }

 private:
  [[nodiscard]] TracedPacket traced(const sim::Packet& packet, const PacketReader& packets) const;
  std::uint32_t& incarnation_of(sim::HostId host);

  Describer describer_;
  std::vector<TracedEvent> events_;
  std::vector<TracedFault> early_faults_;    // before the first step
  std::vector<std::uint32_t> incarnations_;  // by host
};

}  // namespace raftsim::checkers
