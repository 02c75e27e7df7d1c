#include <nlohmann/json.hpp>

#include "tools/runs/recording.hpp"
#include "tools/runs/statistics_json.hpp"
#include "tools/sweep/report.hpp"
#include "tools/terminal/wording.hpp"
#include "tools/version.hpp"

namespace raftsim::tools {

namespace {

using Json = nlohmann::ordered_json;

Json counts(const std::vector<scenarios::Count>& list) {
  Json object = Json::object();
  for (const auto& [name, count] : list) object[name] = count;
  return object;
}

Json violation(const SweepReport& report, const Violation& kept) {
  const auto& [seed, fingerprint, verdict, events] = kept;
  Json json = {{"checker", verdict.checker},
               {"property", verdict.property},
               {"seed", seed},
               {"trace", nullptr},
               {"replay", nullptr},
               {"run", run_command(report, seed)},
               {"expected", verdict.expected},
               {"seen", verdict.seen},
               {"event", verdict.event},
               {"events", events},
               {"at_seconds", seconds(verdict.at.time_since_epoch())},
               {"fingerprint", hexadecimal(fingerprint)}};
  if (const auto swarm = report.swarm.find(seed); swarm != report.swarm.end()) json["swarm"] = swarm->second;
  if (const auto trace = report.traces.find(seed); trace != report.traces.end()) {
    json["trace"] = trace->second;
    json["replay"] = replay_command(report.command, trace->second);
  }
  return json;
}

Json violations(const SweepReport& report) {
  Json list = Json::array();
  for (const ViolationGroup& group : report.summary.violations.by_frequency()) {
    for (const Violation& kept : group.kept) list.push_back(violation(report, kept));
  }
  return list;
}

Json groups(const Violations& violations) {
  Json list = Json::array();
  for (const ViolationGroup& group : violations.by_frequency()) {
    list.push_back({{"checker", group.checker},
                    {"mechanism", group.mechanism},
                    {"runs", group.runs},
                    {"first_seeds", group.seeds},
                    {"kept", Json::array()}});
    for (const Violation& kept : group.kept) list.back()["kept"].push_back(kept.seed);
  }
  return list;
}

Json ran(const SweepReport& report) {
  Json list = Json::array();
  for (const auto& [first, last, step] : report.ran) list.push_back({{"first", first}, {"last", last}, {"step", step}});
  return list;
}

Json corpus(const SweepReport& report) {
  Json list = Json::array();
  for (const CorpusResult& result : report.corpus) {
    const auto& since = result.not_comparable_since;
    list.push_back({{"trace", result.trace},
                    {"state", name_of(result.state)},
                    {"fails", fails(result.state)},
                    {"what", result.what},
                    {"not_comparable_since_event", since ? Json(*since) : Json()},
                    {"seeds_swept", result.swept}});
  }
  return list;
}

Json inert(const SweepReport& report) {
  Json list = Json::array();
  for (const auto& [name, why] : report.inert) list.push_back({{"fault", name}, {"why", why}});
  return list;
}

}  // namespace

std::string as_json(const SweepReport& report) {
  const Summary& summary = report.summary;
  const scenarios::Statistics& total = summary.total;
  Json failures = Json::array();
  for (const auto& [seed, message] : summary.failures) failures.push_back({{"seed", seed}, {"message", message}});
  const Json json = {{"program", program_version()},
                     {"scenario", report.scenario},
                     {"mutations", report.mutations},
                     {"settings", report.settings},
                     {"first_seed", report.plan.first_seed},
                     {"seeds", report.until_stopped ? Json() : Json(report.plan.seeds)},
                     {"shard", report.plan.shard.number},
                     {"shards", report.plan.shard.count},
                     {"ran", ran(report)},
                     {"runs", summary.runs},
                     {"repeated_runs", summary.repeated},
                     {"interrupted", report.interrupted},
                     {"jobs", report.plan.jobs == 0 ? Json() : Json(report.plan.jobs)},
                     {"events", total.events},
                     {"virtual_seconds", seconds(total.virtual_time)},
                     {"wall_seconds", seconds(report.real_time)},
                     {"events_per_second", per_second(total.events, report.real_time)},
                     {"fingerprint", hexadecimal(summary.fingerprint)},
                     {"violation_count", summary.violations.size()},
                     {"violations_by_checker", counts(by_checker(summary.violations))},
                     {"violation_groups", groups(summary.violations)},
                     {"violations", violations(report)},
                     {"corpus", corpus(report)},
                     {"harness_failures", failures},
                     {"acknowledged_commands", total.acknowledged_commands},
                     {"committed_entries", total.committed_entries},
                     {"messages", total.messages},
                     {"message_bytes", total.message_bytes},
                     {"faults", counts(total.faults)},
                     {"situations", counts(counts_of(total.situations))},
                     {"must_reach_missed", report.not_reached},
                     {"inert_faults", inert(report)},
                     {"not_judged", not_judged_to_json(total.not_judged)}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace raftsim::tools
