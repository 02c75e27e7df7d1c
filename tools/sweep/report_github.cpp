#include <fmt/format.h>

#include "tools/sweep/report.hpp"
#include "tools/terminal/wording.hpp"

namespace raftsim::tools {

namespace {

// What a workflow command cannot hold as it is, and in a property two characters more
// (github.com/actions/toolkit, packages/core/src/command.ts).
std::string escaped(std::string_view text, bool property) {
  std::string result;
  for (const char c : text) {
    const bool special = c == '%' || c == '\r' || c == '\n' || (property && (c == ':' || c == ','));
    result += special ? fmt::format("%{:02X}", static_cast<unsigned char>(c)) : std::string(1, c);
  }
  return result;
}

std::string annotation(std::string_view level, std::string_view title, std::string_view text) {
  return fmt::format("::{} title={}::{}\n", level, escaped(title, true), escaped(text, false));
}

std::string annotation_text(const SweepReport& report, const ViolationGroup& group) {
  std::string text = fmt::format("{}: {}", runs_and_seeds(group), one_line(group.mechanism));
  for (const Violation& kept : group.kept) {
    text += fmt::format("\nseed {}: expected {}; seen {}\n{}", kept.seed, one_line(kept.verdict.expected),
                        one_line(kept.verdict.seen), run_command(report, kept.seed));
  }
  return text;
}

}  // namespace

std::string as_annotations(const SweepReport& report) {
  std::string text;
  for (const ViolationGroup& group : report.summary.violations.by_frequency()) {
    text += annotation("error", fmt::format("{}: {}", report.scenario, group.checker), annotation_text(report, group));
  }
  for (const CorpusResult& result : report.corpus) {
    const bool proves_nothing = result.state == CorpusState::not_found;
    if (!fails(result.state) && result.state != CorpusState::unreadable && !proves_nothing) continue;
    text += annotation(proves_nothing ? "warning" : "error", fmt::format("corpus: {}", result.trace),
                       fmt::format("{}: {}", name_of(result.state), result.what));
  }
  if (const auto& list = report.summary.total.not_judged; !list.empty()) {
    text += annotation("warning", report.scenario, "not judged: " + checkers::in_words(list));
  }
  if (report.interrupted) text += annotation("warning", report.scenario, unfinished(report));
  for (const std::string& warning : warnings(report)) text += annotation("warning", report.scenario, warning);
  for (const auto& [seed, message] : report.summary.failures) {
    text += annotation("error", "the harness failed", fmt::format("seed {}: {}", seed, message));
  }
  return text;
}

}  // namespace raftsim::tools
