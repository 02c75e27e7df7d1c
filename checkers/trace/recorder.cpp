#include "checkers/trace/recorder.hpp"

#include <algorithm>

namespace raftsim::checkers {

namespace {

TracedAppendEntries traced(const core::AppendEntries& request, const Describer& describer) {
  TracedAppendEntries result{request.previous, request.leader_commit, {}, request.round};
  result.entries.reserve(request.entries.size());
  for (const core::Entry& entry : request.entries.view()) {
    result.entries.push_back({entry.term, entry.kind, core::digest_of(entry), entry.payload.size(), {}, {}});
    const bool is_command = entry.kind == core::EntryKind::command;
    if (is_command && describer.command != nullptr) {
      result.entries.back().command = describer.command(entry.payload.view());
    }
    if (entry.kind == core::EntryKind::configuration) {
      result.entries.back().configuration = core::decode_configuration(entry.payload.view());
    }
  }
  return result;
}

TracedInstallSnapshot traced(const core::InstallSnapshot& request) {
  const core::SnapshotChunk& chunk = *request.chunk;
  return {chunk.snapshot, chunk.configuration, chunk.offset, chunk.bytes.size()};
}

PacketContent traced(const core::Message& message, const Describer& describer) {
  return std::visit(
      [&]<class Body>(const Body& body) -> PacketContent {
        if constexpr (std::is_same_v<Body, core::AppendEntries>) {
          return traced(body, describer);
        } else if constexpr (std::is_same_v<Body, core::InstallSnapshot>) {
          return traced(body);
        } else {
          return body;
        }
      },
      message.body);
}

}  // namespace

TracedPacket TraceRecorder::traced(const sim::Packet& packet, const PacketReader& packets) const {
  TracedPacket result;
  result.id = packet.id;
  result.duplicate_of = packet.duplicate_of;
  result.cause = packet.cause;
  result.from = packet.from;
  result.to = packet.to;
  result.incarnation = packet.incarnation;
  result.bytes = packet.bytes;
  result.sent_at = packet.sent_at;
  result.raw = packets.raw(packet);
  core::Message room;
  if (const core::Message* message = packets.describe(packet, room)) {
    result.kind = core::name_of(core::kind_of(*message));
    result.term = message->term;
    result.content = checkers::traced(*message, describer_);
  } else {
    result.kind = describer_.kind != nullptr ? describer_.kind(packet.kind) : "kind-" + std::to_string(packet.kind);
    std::vector<TracedField> fields;
    if (describer_.packet != nullptr) describer_.packet(packet, fields);
    result.content = std::move(fields);
  }
  return result;
}

std::uint32_t& TraceRecorder::incarnation_of(sim::HostId host) {
  if (host.value >= incarnations_.size()) incarnations_.resize(host.value + std::size_t{1});
  return incarnations_[host.value];
}

void TraceRecorder::step(const sim::Step& step, std::span<const core::Observation> observations,
                         core::Digest fingerprint, const PacketReader& packets) {
  TracedEvent& event = events_.emplace_back();
  event.id = step.id;
  event.at = step.event.at;
  event.kind = step.event.kind;
  event.host = step.event.host;
  event.cause = step.event.cause;
  event.stale = step.stale;
  event.deferred = step.deferred;
  event.postponed = step.event.postponed;
  event.crashed = step.crashed;
  event.submitted = step.submitted;
  event.fingerprint = fingerprint;
  if (event.kind == sim::EventKind::act) event.subject = step.event.subject;
  if (event.host != sim::no_host) {
    std::uint32_t& incarnation = incarnation_of(event.host);
    if (event.kind == sim::EventKind::restart && !step.stale) incarnation = step.event.incarnation;
    event.incarnation = incarnation;
  }
  if (step.delivered) event.packet = traced(*step.delivered, packets);
  if (step.disk_done) {
    event.disk = *step.disk_done;
    event.disk->bytes = {};
    if (describer_.file) event.file = describer_.file(step.disk_done->file);
  }
  event.sent.reserve(step.sent.size());
  for (const sim::Sent& sent : step.sent) {
    TracedSend& send = event.sent.emplace_back();
    send.packet = traced(sent.packet, packets);
    send.lost = sent.lost;
    if (sent.why != nullptr) send.why = sent.why;
    if (!sent.lost && sent.delivered_at != sim::never) send.delivered_at = sent.delivered_at;
  }
  event.observations.assign(observations.begin(), observations.end());
  if (events_.size() == 1) event.faults = std::move(early_faults_);
}

void TraceRecorder::fault(std::string_view name, std::string_view action, sim::HostId host) {
  auto& faults = events_.empty() ? early_faults_ : events_.back().faults;
  faults.push_back({std::string(name), std::string(action), host});
}

}  // namespace raftsim::checkers
