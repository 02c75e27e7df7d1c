#include "tools/sweep/report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>

#include "tools/runs/recording.hpp"
#include "tools/terminal/wording.hpp"

namespace raftsim::tools {

namespace {

constexpr std::size_t ranges_shown = 4;

std::string range_text(const SeedRange& range) {
  if (range.first == range.last) return fmt::format("{}", range.first);
  if (range.step == 1) return fmt::format("{} to {}", range.first, range.last);
  if (range.first + range.step == range.last) return fmt::format("{}, {}", range.first, range.last);
  return fmt::format("{}, {}, ..., {}", range.first, range.first + range.step, range.last);
}

}  // namespace

std::vector<std::string> not_reached(const std::vector<std::string>& must_reach, const Summary& summary) {
  std::vector<std::string> missing;
  if (summary.runs < runs_enough) return missing;
  for (const std::string& name : must_reach) {
    const auto situation = checkers::situation_named(name);
    if (!situation || !summary.total.situations.reached(*situation)) missing.push_back(name);
  }
  return missing;
}

std::string unfinished(const SweepReport& report) {
  if (!report.interrupted) return "";
  const std::string done = fmt::format("{} of {}", grouped(report.summary.runs), grouped(report.plan.runs()));
  if (report.merged) return report.until_stopped ? "incomplete" : "incomplete: " + done;
  return report.until_stopped ? "interrupted" : "interrupted after " + done;
}

std::string headline(const SweepReport& report) {
  const std::uint64_t runs = report.summary.runs;
  const Violations& violations = report.summary.violations;
  std::string text = report.scenario + ": ";
  if (const std::uint64_t failed = failing(report.corpus); failed > 0) {
    text += fmt::format("corpus fails ({} of {}); ", failed, counted(report.corpus.size(), "trace"));
  }
  text += fmt::format("{}, {}", counted(runs, "run"),
                      violations.empty() ? "no violation" : counted(violations.size(), "violation"));
  if (violations.groups().size() > 1) text += fmt::format(" of {} kinds", violations.groups().size());
  const std::uint64_t planned = report.plan.runs();
  if (report.interrupted) {
    text += " (" + unfinished(report) + ")";
  } else if (violations.size() >= report.plan.max_violations && runs < planned) {
    text += report.until_stopped
                ? " (stopped at --max-violations)"
                : fmt::format(" (stopped at --max-violations; {} not run)", counted(planned - runs, "seed"));
  }
  return text;
}

std::string runs_and_seeds(const ViolationGroup& group) {
  return fmt::format("{}: seed{} {}{}", counted(group.runs, "run"), group.runs == 1 ? "" : "s",
                     fmt::join(group.seeds, ", "), group.runs > group.seeds.size() ? ", ..." : "");
}

std::string seeds_text(const SweepReport& report) {
  std::vector<std::string> texts;
  for (const SeedRange& range : report.ran) texts.push_back(range_text(range));
  if (texts.size() > ranges_shown) {
    const std::size_t more = texts.size() - ranges_shown;
    texts.resize(ranges_shown);
    texts.push_back(fmt::format("and {} more shards", more));
  }
  std::string text = fmt::format("{}", fmt::join(texts, "; "));
  if (report.plan.shard.count > 1) {
    text += fmt::format(" (shard {}/{})", report.plan.shard.number, report.plan.shard.count);
  }
  return text;
}

std::uint64_t failing(const std::vector<CorpusResult>& corpus) {
  return static_cast<std::uint64_t>(
      std::ranges::count_if(corpus, [](const CorpusResult& result) { return fails(result.state); }));
}

std::vector<std::string> situations_missed(const SweepReport& report) {
  std::vector<std::string> lines;
  for (const std::string& name : report.not_reached) {
    lines.push_back(fmt::format("not one of {} reached '{}', which {} must reach", counted(report.summary.runs, "run"),
                                name, report.scenario));
  }
  return lines;
}

std::vector<std::string> faults_missed(const SweepReport& report) {
  std::vector<std::string> lines;
  for (const auto& [name, why] : report.inert) {
    lines.push_back(fmt::format("{} struck nothing in {}: {}", name, counted(report.summary.runs, "run"), why));
  }
  return lines;
}

std::vector<std::string> warnings(const SweepReport& report) {
  std::vector<std::string> lines = situations_missed(report);
  std::ranges::move(faults_missed(report), std::back_inserter(lines));
  return lines;
}

std::string run_command(const SweepReport& report, std::uint64_t seed) {
  std::string text = fmt::format("{} run {} --seed {}", quoted_for_shell(report.command),
                                 quoted_for_shell(report.scenario_given), seed);
  for (const std::string& mutation : report.mutations) text += " --mutation " + quoted_for_shell(mutation);
  for (const std::string& setting : report.settings) text += " --set " + quoted_for_shell(setting);
  return text;
}

std::string record_command(const SweepReport& report, std::uint64_t seed) {
  const std::string name = trace_name(report.scenario, seed, report.mutations, report.settings);
  return run_command(report, seed) + " --trace " + quoted_for_shell(name);
}

}  // namespace raftsim::tools
