#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "checkers/suite.hpp"
#include "tools/runs/recording.hpp"
#include "tools/sweep/report.hpp"
#include "tools/terminal/wording.hpp"
#include "tools/version.hpp"

namespace raftsim::tools {

namespace {

// A path on the command line may be any bytes; a reader of XML refuses the whole file for one that is no UTF-8.
std::string utf8(std::string_view text) {
  using nlohmann::json;
  return json::parse(json(text).dump(-1, ' ', false, json::error_handler_t::replace)).get<std::string>();
}

// Text in XML 1.0, which has no way to write most control characters.
std::string xml(std::string_view text) {
  std::string escaped;
  for (const char c : utf8(text)) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\n':
        escaped += "&#10;";
        break;
      default:
        escaped += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
  }
  return escaped;
}

struct TestCase {
  std::string name;
  std::string kind;  // "failure", "error", "skipped"; empty when it passed
  std::string message;
  std::string text;
};

std::string failure_text(const SweepReport& report, const ViolationGroup& group) {
  std::string text = fmt::format("{}\n{}\n", runs_and_seeds(group), one_line(group.mechanism));
  for (const Violation& kept : group.kept) {
    text += fmt::format("\nseed {}\n  expected  {}\n  seen      {}\n  run       {}\n", kept.seed,
                        one_line(kept.verdict.expected), one_line(kept.verdict.seen), run_command(report, kept.seed));
    if (const auto trace = report.traces.find(kept.seed); trace != report.traces.end()) {
      text += fmt::format("  replay    {}\n", replay_command(report.command, trace->second));
    }
  }
  return text;
}

// Test cases keep their names from sweep to sweep, so that a CI can tell since when one fails.
std::vector<TestCase> checker_cases(const SweepReport& report) {
  std::vector<TestCase> cases;
  for (const std::string_view name : checkers::checker_names()) {
    const bool off = std::ranges::find(report.without, name) != report.without.end();
    cases.push_back({std::string(name), off ? "skipped" : "", off ? "switched off by the scenario" : "", ""});
  }
  // What was not judged has not passed.
  for (const auto& [checker, why] : report.summary.total.not_judged) {
    const auto found = std::ranges::find(cases, checker, &TestCase::name);
    if (found != cases.end()) *found = {checker, "skipped", "not judged: " + why, ""};
  }
  for (const ViolationGroup& group : report.summary.violations.by_frequency()) {
    auto found = std::ranges::find(cases, group.checker, &TestCase::name);
    if (found == cases.end()) found = cases.insert(found, {group.checker, "", "", ""});
    const std::string message = fmt::format("{}: {}", runs_and_seeds(group), group.mechanism);
    if (found->kind != "failure") *found = {group.checker, "failure", message, ""};
    found->text += (found->text.empty() ? "" : "\n") + failure_text(report, group);
  }
  return cases;
}

// An error and not a failure: nothing is known about the servers.
TestCase harness_case(const SweepReport& report) {
  TestCase test{"harness", "", "", ""};
  for (const auto& [seed, message] : report.summary.failures) {
    const std::string line = fmt::format("seed {}: {}", seed, message);
    if (test.kind.empty()) test = {"harness", "error", line, ""};
    test.text += line + "\n";
  }
  return test;
}

std::string kind_of(CorpusState state) {
  if (state == CorpusState::unreadable) return "error";
  if (state == CorpusState::not_found) return "skipped";  // it proves nothing
  return fails(state) ? "failure" : "";
}

std::vector<TestCase> all_cases(const SweepReport& report) {
  std::vector<TestCase> cases = checker_cases(report);
  cases.push_back({"seeds", report.interrupted ? "skipped" : "", unfinished(report), ""});
  const auto add_warnings = [&](const char* name, const std::vector<std::string>& lines) {
    cases.push_back({name, lines.empty() ? "" : "skipped", fmt::format("{}", fmt::join(lines, "; ")), ""});
  };
  add_warnings("situations", situations_missed(report));
  add_warnings("faults", faults_missed(report));
  for (const CorpusResult& result : report.corpus) {
    cases.push_back({"corpus: " + result.trace, kind_of(result.state),
                     fmt::format("{}: {}", name_of(result.state), result.what), ""});
  }
  cases.push_back(harness_case(report));
  return cases;
}

// Some readers refuse what went wrong without a type.
std::string_view type_of(std::string_view kind) {
  if (kind == "failure") return " type=\"violation\"";
  return kind == "error" ? " type=\"harness\"" : "";
}

void append(std::string& text, const SweepReport& report, const TestCase& test) {
  fmt::format_to(std::back_inserter(text), "    <testcase classname=\"raftsim.{}\" name=\"{}\"", xml(report.scenario),
                 xml(test.name));
  if (test.kind.empty()) {
    text += "/>\n";
  } else {
    fmt::format_to(std::back_inserter(text), ">\n      <{0} message=\"{1}\"{2}>{3}</{0}>\n    </testcase>\n", test.kind,
                   xml(one_line(test.message)), type_of(test.kind), xml(test.text));
  }
}

std::string properties(const SweepReport& report) {
  const std::vector<std::pair<std::string, std::string>> all{
      {"program", std::string(program_version())},
      {"seeds", seeds_text(report)},
      {"runs", std::to_string(report.summary.runs)},
      {"mutations", fmt::format("{}", fmt::join(report.mutations, " "))},
      {"settings", fmt::format("{}", fmt::join(report.settings, " "))},
      {"fingerprint", hexadecimal(report.summary.fingerprint)},
      {"not judged", checkers::in_words(report.summary.total.not_judged)}};
  std::string text = "    <properties>\n";
  for (const auto& [name, value] : all) {
    text += fmt::format("      <property name=\"{}\" value=\"{}\"/>\n", name, xml(value));
  }
  return text + "    </properties>\n";
}

}  // namespace

std::string as_junit(const SweepReport& report) {
  const std::vector<TestCase> cases = all_cases(report);
  const auto count = [&](const char* kind) { return std::ranges::count(cases, kind, &TestCase::kind); };
  const std::string counted =
      fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\"", cases.size(), count("failure"), count("error"));
  const std::string time = fmt::format("time=\"{:.3f}\"", seconds(report.real_time));
  std::string text = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"raftsim\" {0} {1}>\n"
      "  <testsuite name=\"{2}\" {0} skipped=\"{3}\" {1}>\n{4}",
      counted, time, xml("sweep " + report.scenario), count("skipped"), properties(report));
  for (const TestCase& test : cases) append(text, report, test);
  return text + "  </testsuite>\n</testsuites>\n";
}

}  // namespace raftsim::tools
