#include <fmt/format.h>

#include <iterator>
#include <nlohmann/json.hpp>
#include <system_error>

#include "checkers/trace/atomic_file.hpp"
#include "checkers/trace/json.hpp"
#include "checkers/trace/words.hpp"
#include "core/observation_fields.hpp"

namespace raftsim::checkers {

namespace {

using Json = nlohmann::ordered_json;

// 64-bit values that must be exact are strings: many JSON readers store numbers as doubles with 53 bits.
std::string hex(core::Digest digest) { return fmt::format("{:016x}", digest); }

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) fmt::format_to(std::back_inserter(text), "{:02x}", static_cast<unsigned char>(byte));
  return text;
}

Json to_json(const core::LogPosition& position) {
  return {{"index", position.index.value}, {"term", position.term.value}};
}

std::string name(core::ServerId server) { return server == core::no_server ? "" : fmt::format("S{}", server.value); }

Json to_json(core::ServerSet servers) {
  Json json = Json::array();
  for (const core::ServerId server : servers) json.push_back(server.value);
  return json;
}

Json to_json(const core::Configuration& configuration) {
  Json json{{"voters", to_json(configuration.voters)}};
  if (configuration.joint()) json["outgoing"] = to_json(configuration.outgoing);
  if (!configuration.learners.empty()) json["learners"] = to_json(configuration.learners);
  return json;
}

Json to_json(const TracedEntry& entry) {
  Json json{{"term", entry.term.value}, {"bytes", entry.bytes}, {"digest", hex(entry.digest)}};
  if (entry.kind != core::EntryKind::command) json["kind"] = name_of(entry.kind);
  if (!entry.command.empty()) json["command"] = entry.command;
  if (entry.configuration) json["configuration"] = to_json(*entry.configuration);
  return json;
}

// The fields of a packet's content are added to the packet object itself.
void add_content(Json& json, const core::RequestVote& request) {
  json["last"] = to_json(request.last);
  if (request.leadership_transfer) json["leadership_transfer"] = true;
}
void add_content(Json& json, const core::RequestVoteReply& reply) { json["granted"] = reply.granted; }
void add_content(Json& json, const TracedAppendEntries& request) {
  json["previous"] = to_json(request.previous);
  json["leader_commit"] = request.leader_commit.value;
  if (request.round != 0) json["round"] = request.round;
  Json& entries = json["entries"] = Json::array();
  for (const TracedEntry& entry : request.entries) entries.push_back(to_json(entry));
}
void add_content(Json& json, const core::AppendEntriesReply& reply) {
  json["previous"] = {{"index", reply.previous.value}};
  json["count"] = reply.count;
  json["success"] = reply.success;
  if (!reply.success) json["conflict"] = to_json(reply.conflict);
  json["last_index"] = reply.last_index.value;
  if (reply.round != 0) json["round"] = reply.round;
}
void add_content(Json& json, const TracedInstallSnapshot& request) {
  json["last"] = to_json(request.snapshot.last);
  json["digest"] = hex(request.snapshot.digest);
  json["size"] = request.snapshot.bytes;
  json["configuration"] = to_json(request.configuration);
  json["offset"] = request.offset;
  json["count"] = request.size;
}
void add_content(Json& json, const core::InstallSnapshotReply& reply) {
  json["last"] = {{"index", reply.last.value}};
  json["digest"] = hex(reply.snapshot);
  json["offset"] = reply.offset;
  json["next_offset"] = reply.next_offset;
  json["installed"] = reply.installed;
}
void add_content(Json& /*json*/, const core::TimeoutNow& /*order*/) {}
void add_content(Json& json, const core::ReadIndex& request) { json["read"] = std::to_string(request.read); }
void add_content(Json& json, const core::ReadIndexReply& reply) {
  json["read"] = std::to_string(reply.read);
  json["confirmed"] = reply.confirmed;
  if (reply.confirmed) json["index"] = reply.index.value;
}
void add_content(Json& json, const std::vector<TracedField>& fields) {
  Json& content = json["fields"] = Json::object();
  for (const TracedField& field : fields) {
    std::visit([&](const auto& value) { content[field.name] = value; }, field.value);
  }
}

Json to_json(const TracedPacket& packet, const Naming& naming) {
  Json json;
  json["id"] = packet.id;
  if (packet.duplicate_of != 0) json["duplicate_of"] = packet.duplicate_of;
  json["from"] = naming.name(packet.from);
  json["to"] = naming.name(packet.to);
  json["kind"] = packet.kind;
  if (!std::holds_alternative<std::vector<TracedField>>(packet.content)) json["term"] = packet.term.value;
  json["sent_at"] = packet.sent_at.time_since_epoch().count();
  json["incarnation"] = packet.incarnation;
  json["cause"] = packet.cause;
  json["bytes"] = packet.bytes;
  if (!packet.raw.empty()) json["raw"] = hex(packet.raw);
  std::visit([&](const auto& content) { add_content(json, content); }, packet.content);
  return json;
}

Json to_json(const TracedSend& send, const Naming& naming) {
  Json json = to_json(send.packet, naming);
  if (send.lost) json["lost"] = true;
  if (send.delivered_at) json["delivered_at"] = send.delivered_at->time_since_epoch().count();
  if (!send.lost && !send.delivered_at) json["held"] = true;
  if (!send.why.empty()) json["why"] = send.why;
  return json;
}

Json to_json(const sim::DiskOperation& operation, const std::string& file_name) {
  Json json;
  json["id"] = operation.id;
  json["kind"] = sim::name_of(operation.kind);
  json["file"] = operation.file;
  if (!file_name.empty()) json["file_name"] = file_name;
  if (operation.target != 0) json["target"] = operation.target;
  if (operation.offset != 0) json["offset"] = operation.offset;
  if (operation.size != 0) json["size"] = operation.size;
  if (operation.error != sim::DiskError::none) json["error"] = sim::name_of(operation.error);
  json["tag"] = operation.tag;
  json["cause"] = operation.cause;
  json["submitted_at"] = operation.submitted.time_since_epoch().count();
  return json;
}

// Writes the fields of an observation by name.
class FieldWriter {
 public:
  explicit FieldWriter(Json& json) : json_(json) {}
  void operator()(const char* key, core::Term term) { json_[key] = term.value; }
  void operator()(const char* key, core::Index index) { json_[key] = index.value; }
  void operator()(const char* key, core::ServerId server) { json_[key] = name(server); }
  void operator()(const char* key, core::Role role) { json_[key] = core::name_of(role); }
  void operator()(const char* key, core::ProgressState state) { json_[key] = core::name_of(state); }
  void operator()(const char* key, core::Digest digest) { json_[key] = hex(digest); }
  void operator()(const char* key, core::ReadNumber read) { json_[key] = std::to_string(read.value); }
  void operator()(const char* key, const core::Configuration& configuration) { json_[key] = to_json(configuration); }
  void optional(const char* key, core::ServerId server) {
    if (server != core::no_server) json_[key] = name(server);
  }
  void optional(const char* key, const core::CommandName& command) {
    if (command != core::CommandName{}) json_[key] = describe(command);
  }

 private:
  Json& json_;
};

Json to_json(const core::Observation& observation) {
  Json json;
  json["kind"] = core::name_of(observation.kind());
  json["server"] = name(observation.server);
  if (observation.reason != core::Reason::none) json["reason"] = core::describe(observation.reason);
  FieldWriter fields(json);
  std::visit([&](const auto& what) { core::for_each_field(what, fields); }, observation.what);
  return json;
}

Json to_json(const TracedFault& fault, const Naming& naming) {
  Json json{{"name", fault.name}, {"action", fault.action}};
  if (fault.host != sim::no_host) json["host"] = naming.name(fault.host);
  return json;
}

Json to_json(const TracedEvent& event, const Naming& naming) {
  Json json;
  json["id"] = event.id;
  json["at"] = event.at.time_since_epoch().count();
  json["kind"] = sim::name_of(event.kind);
  if (event.host != sim::no_host) {
    json["host"] = naming.name(event.host);
    json["incarnation"] = event.incarnation;
  }
  json["cause"] = event.cause;
  if (event.subject != 0) json["subject"] = event.subject;
  if (event.stale) json["stale"] = true;
  if (event.deferred) json["deferred"] = true;
  if (event.postponed) json["postponed"] = true;
  if (event.crashed) json["crashed"] = true;
  if (event.packet) json["packet"] = to_json(*event.packet, naming);
  if (event.disk) json["disk"] = to_json(*event.disk, event.file);
  if (event.submitted != 0) json["submitted"] = event.submitted;
  for (const TracedSend& send : event.sent) json["sent"].push_back(to_json(send, naming));
  for (const core::Observation& observation : event.observations) json["observations"].push_back(to_json(observation));
  for (const TracedFault& fault : event.faults) json["faults"].push_back(to_json(fault, naming));
  json["fingerprint"] = hex(event.fingerprint);
  return json;
}

Json to_json(const std::optional<Verdict>& verdict) {
  if (!verdict) return nullptr;
  Json json{{"checker", verdict->checker},   {"property", verdict->property},
            {"expected", verdict->expected}, {"seen", verdict->seen},
            {"event", verdict->event},       {"at", verdict->at.time_since_epoch().count()}};
  if (!verdict->drawing.empty()) json["drawing"] = verdict->drawing;
  for (const core::CommandName& operation : verdict->operations) json["operations"].push_back(describe(operation));
  return json;
}

// Text in another encoding must not prevent a trace from being written.
std::string text_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

// Writes lines, and adds each to the digest written in the last one.
class Lines {
 public:
  explicit Lines(const std::string& path) : file_(path) {}
  void add(std::string_view line) {
    file_.write(line);
    file_.write("\n");
    digest_ = core::digest_of(line, digest_);
  }
  void finish() {
    file_.write(fmt::format("\"digest\":\"{}\"}}\n", hex(digest_)));
    file_.commit();
  }

 private:
  AtomicFile file_;
  core::Digest digest_ = 0;
};

void write_lines(const std::string& path, const TraceHeader& header, const std::optional<Verdict>& verdict,
                 std::string_view statistics, std::span<const TracedEvent> events) {
  const Naming naming{header.servers};
  Lines lines(path);
  lines.add(fmt::format("{{\"format\":{},", trace_format));
  const auto add = [&](const char* key, const Json& value) {
    lines.add(fmt::format("\"{}\":{},", key, text_of(value)));
  };
  add("program", header.program);
  add("scenario", Json::parse(header.scenario));
  add("seed", std::to_string(header.seed));
  add("mutations", header.mutations);
  if (const Json overrides = Json::parse(header.overrides); !overrides.empty()) add("overrides", overrides);
  add("fingerprint", hex(header.fingerprint));
  add("servers", header.servers);
  add("clients", header.clients);
  add("verdict", to_json(verdict));
  add("statistics", Json::parse(statistics));
  lines.add("\"events\":[");
  for (std::size_t i = 0; i < events.size(); ++i) {
    lines.add(text_of(to_json(events[i], naming)) + (i + 1 < events.size() ? "," : ""));
  }
  lines.add("],");
  lines.finish();
}

}  // namespace

void write_trace(const std::string& path, const TraceHeader& header, const std::optional<Verdict>& verdict,
                 std::string_view statistics, std::span<const TracedEvent> events) {
  try {
    write_lines(path, header, verdict, statistics, events);
  } catch (const std::system_error& error) {
    throw TraceError(fmt::format("{}: cannot write the trace: {}", path, error.code().message()));
  }
}

}  // namespace raftsim::checkers
