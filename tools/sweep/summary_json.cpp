#include "tools/sweep/summary_json.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "tools/wording.hpp"

namespace raftsim::tools {

namespace {

using Json = nlohmann::ordered_json;

core::Digest digest_from(const Json& json) { return std::stoull(json.get<std::string>(), nullptr, 16); }

scenarios::Statistics statistics_from(const Json& json) {
  scenarios::Statistics statistics;
  json.at("events").get_to(statistics.events);
  statistics.virtual_time = sim::Duration(json.at("virtual_nanoseconds").get<sim::Duration::rep>());
  json.at("committed_entries").get_to(statistics.committed_entries);
  json.at("acknowledged_commands").get_to(statistics.acknowledged_commands);
  json.at("messages").get_to(statistics.messages);
  json.at("message_bytes").get_to(statistics.message_bytes);
  for (const auto& [name, count] : json.at("faults").items()) statistics.faults.push_back({name, count});
  for (const auto& [name, count] : json.at("situations").items()) {
    const auto situation = checkers::situation_named(name);
    if (!situation) throw std::invalid_argument("unknown situation '" + name + "'");
    statistics.situations.reach(*situation, count.get<std::uint64_t>());
  }
  return statistics;
}

Json violation_to_json(const Violation& violation) {
  const checkers::Verdict& verdict = violation.verdict;
  Json json = {{"seed", violation.seed},
               {"fingerprint", hexadecimal(violation.fingerprint)},
               {"events", violation.events},
               {"checker", verdict.checker},
               {"property", verdict.property},
               {"expected", verdict.expected},
               {"seen", verdict.seen},
               {"event", verdict.event},
               {"at_nanoseconds", verdict.at.time_since_epoch().count()}};
  if (!verdict.drawing.empty()) json["drawing"] = verdict.drawing;
  for (const auto& [client, sequence] : verdict.operations) {
    json["operations"].push_back({{"client", client}, {"sequence", sequence}});
  }
  return json;
}

Violation violation_from(const Json& json) {
  const sim::Time at(sim::Duration(json.at("at_nanoseconds").get<sim::Duration::rep>()));
  std::vector<core::CommandName> operations;
  for (const Json& name : json.value("operations", Json::array())) {
    operations.push_back({name.at("client"), name.at("sequence")});
  }
  return {json.at("seed"),
          digest_from(json.at("fingerprint")),
          {json.at("checker"), json.at("expected"), json.at("seen"), json.at("event"), at, json.at("property"),
           json.value("drawing", ""), std::move(operations)},
          json.at("events")};
}

Json group_to_json(const ViolationGroup& group) {
  Json json = {{"checker", group.checker},
               {"mechanism", group.mechanism},
               {"runs", group.runs},
               {"seeds", group.seeds},
               {"kept", Json::array()}};
  for (const Violation& violation : group.kept) json["kept"].push_back(violation_to_json(violation));
  return json;
}

ViolationGroup group_from(const Json& json) {
  ViolationGroup group{json.at("checker"), json.at("mechanism"), json.at("runs"), json.at("seeds"), {}};
  for (const Json& violation : json.at("kept")) group.kept.push_back(violation_from(violation));
  return group;
}

}  // namespace

Json statistics_to_json(const scenarios::Statistics& statistics) {
  Json json = {{"events", statistics.events},
               {"virtual_nanoseconds", statistics.virtual_time.count()},
               {"committed_entries", statistics.committed_entries},
               {"acknowledged_commands", statistics.acknowledged_commands},
               {"messages", statistics.messages},
               {"message_bytes", statistics.message_bytes},
               {"faults", Json::object()},
               {"situations", Json::object()}};
  for (const auto& [name, count] : statistics.faults) json["faults"][name] = count;
  for (const auto& [name, count] : counts_of(statistics.situations)) {
    if (count > 0) json["situations"][name] = count;
  }
  return json;
}

Json summary_to_json(const Summary& summary) {
  Json json = {{"runs", summary.runs},
               {"repeated", summary.repeated},
               {"fingerprint", hexadecimal(summary.fingerprint)},
               {"statistics", statistics_to_json(summary.total)},
               {"violations", Json::array()},
               {"failures", Json::array()}};
  for (const ViolationGroup& group : summary.violations.groups()) json["violations"].push_back(group_to_json(group));
  for (const auto& [seed, message] : summary.failures) {
    json["failures"].push_back({{"seed", seed}, {"message", message}});
  }
  return json;
}

Summary summary_from_json(const Json& json, std::uint64_t keep) {
  Summary summary(keep);
  json.at("runs").get_to(summary.runs);
  json.at("repeated").get_to(summary.repeated);
  summary.fingerprint = digest_from(json.at("fingerprint"));
  summary.total = statistics_from(json.at("statistics"));
  for (const Json& group : json.at("violations")) summary.violations.add(group_from(group));
  for (const Json& failure : json.at("failures")) {
    summary.failures.push_back({failure.at("seed"), failure.at("message")});
  }
  return summary;
}

}  // namespace raftsim::tools
