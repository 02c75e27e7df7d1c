#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>

#include "tools/sweep/report.hpp"
#include "tools/version.hpp"
#include "tools/wording.hpp"

namespace raftsim::tools {

namespace {

constexpr std::size_t seeds_shown = 10;

using Text = std::back_insert_iterator<std::string>;

std::string headline(const SweepReport& report) {
  const std::uint64_t runs = report.summary.runs;
  const std::uint64_t violations = report.summary.violations.size();
  std::string text = fmt::format("{}: {}, {}", report.scenario, counted(runs, "run"),
                                 violations == 0 ? "no violation" : counted(violations, "violation"));
  if (report.interrupted) {
    text += fmt::format(" (interrupted after {} of {})", grouped(runs), grouped(report.plan.seeds));
  } else if (violations >= report.plan.max_violations && runs < report.plan.seeds) {
    text += fmt::format(" (that is enough: {} seeds were left out; see --max-violations)",
                        grouped(report.plan.seeds - runs));
  }
  return text + "\n";
}

void row(Text out, std::string_view name, const std::string& value) {
  if (!value.empty()) fmt::format_to(out, "  {:<14}{}\n", name, value);
}

void facts(Text out, const SweepReport& report) {
  const Summary& summary = report.summary;
  const scenarios::Statistics& total = summary.total;
  row(out, "program", std::string(program_version()));
  row(out, "mutations", fmt::format("{}", fmt::join(report.mutations, ", ")));
  row(out, "settings", fmt::format("{}", fmt::join(report.settings, " ")));
  if (summary.runs > 0) {
    row(out, "seeds", fmt::format("{} to {}", report.plan.first_seed, report.plan.seed(summary.runs - 1)));
  }
  row(out, "events",
      fmt::format("{}, {} a second with {}", grouped(total.events), grouped(per_second(total.events, report.real_time)),
                  counted(report.plan.jobs, "job")));
  row(out, "virtual time", span_of(total.virtual_time));
  row(out, "real time",
      fmt::format("{}, {} runs a second", span_of(report.real_time),
                  grouped(per_second(summary.runs, report.real_time))));
  row(out, "commands", grouped(total.acknowledged_commands) + " acknowledged");
  row(out, "run twice", counted(summary.repeated, "run") + ", same fingerprint each time");
  row(out, "fingerprint", hexadecimal(summary.fingerprint) + " of all runs");
}

void violations(Text out, const SweepReport& report) {
  if (report.summary.violations.empty()) return;
  fmt::format_to(out, "\nviolations by checker\n");
  for (const auto& [checker, seeds] : by_checker(report.summary.violations)) {
    const std::span first(seeds.data(), std::min(seeds.size(), seeds_shown));
    fmt::format_to(out, "  {:<28}{:>6}   seed{} {}{}\n", checker, seeds.size(), seeds.size() == 1 ? "" : "s",
                   fmt::join(first, ", "), seeds.size() > first.size() ? ", ..." : "");
  }
  for (std::size_t i = 0; i < report.summary.violations.size(); ++i) {
    const auto& [seed, fingerprint, verdict] = report.summary.violations[i];
    fmt::format_to(out, "\nseed {}: {} after {}, event {}\n", seed, verdict.checker,
                   span_of(verdict.at.time_since_epoch()), verdict.event);
    row(out, "expected", one_line(verdict.expected));
    row(out, "seen", one_line(verdict.seen));
    const auto& trace = report.traces.at(i);
    row(out, "trace", trace.value_or("could not be written"));
    if (trace) row(out, "replay", replay_command(report.command, *trace));
  }
}

void counts(Text out, std::string_view title, const std::vector<scenarios::Count>& list) {
  fmt::format_to(out, "\n{}\n", title);
  for (const auto& [name, count] : list) fmt::format_to(out, "  {:>15}  {}\n", grouped(count), name);
}

void situations(Text out, const SweepReport& report) {
  std::vector<scenarios::Count> reached = counts_of(report.summary.total.situations);
  const auto first_missing =
      std::ranges::stable_partition(reached, [](const scenarios::Count& situation) { return situation.count > 0; });
  const std::vector<scenarios::Count> missing(first_missing.begin(), first_missing.end());
  reached.erase(first_missing.begin(), first_missing.end());
  counts(out, "situations reached", reached);
  if (missing.empty()) return;
  fmt::format_to(out, "\nsituations never reached\n");
  for (const auto& [name, count] : missing) {
    const bool expected = std::ranges::find(report.not_reached, name) != report.not_reached.end();
    fmt::format_to(out, "  {}{}\n", name, expected ? "   <- WARNING: this scenario must reach it" : "");
  }
}

}  // namespace

std::string as_text(const SweepReport& report) {
  std::string text = headline(report);
  const auto out = std::back_inserter(text);
  facts(out, report);
  counts(out, "faults", report.summary.total.faults);
  situations(out, report);
  violations(out, report);
  return text;
}

}  // namespace raftsim::tools
