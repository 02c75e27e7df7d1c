#include <nlohmann/json.hpp>

#include "tools/sweep/report.hpp"
#include "tools/version.hpp"
#include "tools/wording.hpp"

namespace raftsim::tools {

namespace {

using Json = nlohmann::ordered_json;

Json counts(const std::vector<scenarios::Count>& list) {
  Json object = Json::object();
  for (const auto& [name, count] : list) object[name] = count;
  return object;
}

Json violations(const SweepReport& report) {
  Json list = Json::array();
  for (std::size_t i = 0; i < report.summary.violations.size(); ++i) {
    const auto& [seed, fingerprint, verdict] = report.summary.violations[i];
    Json violation = {{"checker", verdict.checker},
                      {"property", verdict.property},
                      {"seed", seed},
                      {"trace", nullptr},
                      {"replay", nullptr},
                      {"expected", verdict.expected},
                      {"seen", verdict.seen},
                      {"event", verdict.event},
                      {"at_seconds", seconds(verdict.at.time_since_epoch())},
                      {"fingerprint", hexadecimal(fingerprint)}};
    if (const auto& trace = report.traces.at(i)) {
      violation["trace"] = *trace;
      violation["replay"] = replay_command(report.command, *trace);
    }
    list.push_back(std::move(violation));
  }
  return list;
}

Json by_checker(const Summary& summary) {
  Json object = Json::object();
  for (const auto& [checker, seeds] : tools::by_checker(summary.violations)) object[checker] = seeds.size();
  return object;
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
                     {"seeds", report.plan.seeds},
                     {"runs", summary.runs},
                     {"repeated_runs", summary.repeated},
                     {"interrupted", report.interrupted},
                     {"jobs", report.plan.jobs},
                     {"events", total.events},
                     {"virtual_seconds", seconds(total.virtual_time)},
                     {"wall_seconds", seconds(report.real_time)},
                     {"events_per_second", per_second(total.events, report.real_time)},
                     {"fingerprint", hexadecimal(summary.fingerprint)},
                     {"violations", violations(report)},
                     {"violations_by_checker", by_checker(summary)},
                     {"harness_failures", failures},
                     {"acknowledged_commands", total.acknowledged_commands},
                     {"committed_entries", total.committed_entries},
                     {"messages", total.messages},
                     {"message_bytes", total.message_bytes},
                     {"faults", counts(total.faults)},
                     {"situations", counts(counts_of(total.situations))},
                     {"must_reach_missed", report.not_reached}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace raftsim::tools
