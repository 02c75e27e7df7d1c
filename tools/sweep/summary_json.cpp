#include "tools/sweep/summary_json.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "tools/runs/statistics_json.hpp"
#include "tools/terminal/wording.hpp"

namespace raftsim::tools {

namespace {

using Json = nlohmann::ordered_json;

core::Digest digest_from(const Json& json) { return std::stoull(json.get<std::string>(), nullptr, 16); }

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
  summary.total = statistics_from_json(json.at("statistics"));
  for (const Json& group : json.at("violations")) summary.violations.add(group_from(group));
  for (const Json& failure : json.at("failures")) {
    summary.failures.push_back({failure.at("seed"), failure.at("message")});
  }
  return summary;
}

}  // namespace raftsim::tools
