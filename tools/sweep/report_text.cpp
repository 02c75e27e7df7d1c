#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>

#include "tools/runs/recording.hpp"
#include "tools/runs/statistics_json.hpp"
#include "tools/sweep/report.hpp"
#include "tools/terminal/wording.hpp"
#include "tools/version.hpp"

namespace raftsim::tools {

namespace {

using Text = std::back_insert_iterator<std::string>;

void row(Text out, std::string_view name, const std::string& value) {
  if (!value.empty()) fmt::format_to(out, "  {:<14}{}\n", name, value);
}

void facts(Text out, const SweepReport& report) {
  const Summary& summary = report.summary;
  const scenarios::Statistics& total = summary.total;
  row(out, "program", std::string(program_version()));
  row(out, "mutations", fmt::format("{}", fmt::join(report.mutations, ", ")));
  row(out, "settings", fmt::format("{}", fmt::join(report.settings, " ")));
  row(out, "seeds", seeds_text(report));
  const std::string with = report.plan.jobs == 0 ? "" : " with " + counted(report.plan.jobs, "job");
  row(out, "events",
      fmt::format("{}, {} a second{}", grouped(total.events), grouped(per_second(total.events, report.real_time)),
                  with));
  row(out, "virtual time", span_of(total.virtual_time));
  row(out, "real time",
      fmt::format("{}{}, {} runs a second", span_of(report.real_time), report.merged ? " of all shards" : "",
                  grouped(per_second(summary.runs, report.real_time))));
  row(out, "commands", grouped(total.acknowledged_commands) + " acknowledged");
  row(out, "run twice",
      summary.repeated == 0 ? "none" : counted(summary.repeated, "run") + ", same fingerprint each time");
  row(out, "fingerprint", hexadecimal(summary.fingerprint) + " of all runs");
  row(out, "not judged", one_line(checkers::in_words(total.not_judged)));
}

void violation(Text out, const SweepReport& report, const ViolationGroup& group, const Violation& kept) {
  const auto& [seed, fingerprint, verdict, events] = kept;
  fmt::format_to(out, "\nseed {}: {} after {}, event {}\n", seed, verdict.checker,
                 span_of(verdict.at.time_since_epoch()), verdict.event);
  row(out, "expected", one_line(verdict.expected));
  row(out, "seen", one_line(verdict.seen));
  if (group.runs > 1) {
    const bool shortest = kept.seed == group.kept.front().seed;
    row(out, shortest ? "shortest of" : "one of", runs_and_seeds(group));
  }
  if (const auto swarm = report.swarm.find(seed); swarm != report.swarm.end()) {
    row(out, "swarm", as_options(swarm->second));
  }
  if (const auto trace = report.traces.find(seed); trace != report.traces.end()) {
    row(out, "trace", trace->second);
    row(out, "replay", replay_command(report.command, trace->second));
  } else {
    row(out, "trace", "could not be written");
    row(out, "record", record_command(report, seed));
  }
}

void violations(Text out, const SweepReport& report) {
  const std::vector<ViolationGroup> groups = report.summary.violations.by_frequency();
  if (groups.size() > 1) {
    fmt::format_to(out, "\nviolations by kind (server names and numbers ignored)\n");
    for (const ViolationGroup& group : groups) {
      fmt::format_to(out, "  {:<28}{}\n      {}\n", group.checker, runs_and_seeds(group), one_line(group.mechanism));
    }
  }
  for (const ViolationGroup& group : groups) {
    for (const Violation& kept : group.kept) violation(out, report, group, kept);
  }
}

void counts(Text out, std::string_view title, const std::vector<scenarios::Count>& list) {
  fmt::format_to(out, "\n{}\n", title);
  for (const auto& [name, count] : list) fmt::format_to(out, "  {:>15}  {}\n", grouped(count), name);
}

void faults(Text out, const SweepReport& report) {
  std::vector<scenarios::Count> list = report.summary.total.faults;
  for (auto& [name, count] : list) {
    if (std::ranges::find(report.inert, name, &InertFault::name) != report.inert.end()) {
      name += "   <- WARNING: struck nothing";
    }
  }
  counts(out, "faults", list);
}

void situations(Text out, const SweepReport& report) {
  std::vector<scenarios::Count> reached = counts_of(report.summary.total.situations);
  const auto first_missing =
      std::ranges::stable_partition(reached, [](const scenarios::Count& situation) { return situation.count > 0; });
  const std::vector<scenarios::Count> missing(first_missing.begin(), first_missing.end());
  reached.erase(first_missing.begin(), first_missing.end());
  counts(out, "situations reached", reached);
  if (missing.empty()) return;
  if (report.summary.runs < runs_enough) {
    fmt::format_to(out, "  {} not reached (listed for sweeps of {} runs or more)\n",
                   counted(missing.size(), "more situation"), runs_enough);
    return;
  }
  fmt::format_to(out, "\nsituations never reached\n");
  for (const auto& [name, count] : missing) {
    const bool expected = std::ranges::find(report.not_reached, name) != report.not_reached.end();
    fmt::format_to(out, "  {}{}\n", name, expected ? "   <- WARNING: this scenario must reach it" : "");
  }
}

void corpus(Text out, const SweepReport& report) {
  if (report.corpus.empty()) return;
  fmt::format_to(out, "\ncorpus\n");
  for (const CorpusResult& result : report.corpus) {
    fmt::format_to(out, "  {:<15}  {}: {}\n", name_of(result.state), result.trace, one_line(result.what));
  }
}

}  // namespace

std::string as_text(const SweepReport& report) {
  std::string text = headline(report) + "\n";
  const auto out = std::back_inserter(text);
  facts(out, report);
  faults(out, report);
  situations(out, report);
  corpus(out, report);
  violations(out, report);
  return text;
}

}  // namespace raftsim::tools
