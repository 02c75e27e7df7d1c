#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tools/runs/recording.hpp"
#include "tools/sweep/report.hpp"
#include "tools/terminal/wording.hpp"
#include "tools/version.hpp"

namespace raftsim::tools {

namespace {

// As a cell of a table, where it means nothing but itself.
std::string cell(std::string_view text) {
  std::string escaped;
  for (const char c : one_line(text)) {
    if (c == '<') {
      escaped += "&lt;";
      continue;
    }
    if (std::string_view("\\|`*_[]#~").find(c) != std::string_view::npos) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

// A fence longer than any in the text.
std::string code(const std::string& text) {
  std::string fence = "```";
  while (text.find(fence) != std::string::npos) fence += '`';
  return fmt::format("{0}sh\n{1}{0}\n", fence, text);
}

std::string facts(const SweepReport& report) {
  std::string text =
      fmt::format("Seeds {}, {} events in {}, raftsim {}", cell(seeds_text(report)),
                  grouped(report.summary.total.events), span_of(report.real_time), cell(program_version()));
  if (!report.mutations.empty()) text += ", planted " + cell(fmt::format("{}", fmt::join(report.mutations, ", ")));
  if (!report.settings.empty()) text += ", with " + cell(fmt::format("{}", fmt::join(report.settings, " ")));
  return text + ".\n\n";
}

std::string violation_table(const SweepReport& report) {
  const std::vector<ViolationGroup> groups = report.summary.violations.by_frequency();
  if (groups.empty()) return "";
  std::string table = "| checker | kind of violation | runs | first seeds | shortest run |\n|---|---|---:|---|---|\n";
  std::string commands;
  for (const ViolationGroup& group : groups) {
    if (group.kept.empty()) continue;
    const checkers::Verdict& verdict = group.kept.front().verdict;
    table += fmt::format("| {} | {} | {} | {}{} | seed {}, event {}: expected {}; seen {} |\n", cell(group.checker),
                         cell(group.mechanism), grouped(group.runs), fmt::join(group.seeds, ", "),
                         group.runs > group.seeds.size() ? ", ..." : "", group.kept.front().seed, verdict.event,
                         cell(verdict.expected), cell(verdict.seen));
    for (const Violation& kept : group.kept) {
      const auto trace = report.traces.find(kept.seed);
      commands += run_command(report, kept.seed) + "\n";
      if (trace != report.traces.end()) commands += replay_command(report.command, trace->second) + "\n";
    }
  }
  return table + "\nTo re-run the seeds, or to replay the traces on the machine that has them:\n\n" + code(commands) +
         "\n";
}

std::string notes(const SweepReport& report) {
  std::string text;
  if (const auto& list = report.summary.total.not_judged; !list.empty()) {
    text += fmt::format("- **Not judged**: {}\n", cell(checkers::in_words(list)));
  }
  for (const CorpusResult& result : report.corpus) {
    text += fmt::format("- corpus: {}: {}: {}\n", cell(result.trace), name_of(result.state), cell(result.what));
  }
  for (const std::string& warning : warnings(report)) text += fmt::format("- **Warning**: {}\n", cell(warning));
  for (const auto& [seed, message] : report.summary.failures) {
    text += fmt::format("- **The harness failed**: seed {}: {}\n", seed, cell(message));
  }
  return text.empty() ? "" : text + "\n";
}

}  // namespace

std::string as_markdown(const SweepReport& report) {
  return fmt::format("### {}\n\n", cell(headline(report))) + facts(report) + violation_table(report) + notes(report);
}

}  // namespace raftsim::tools
