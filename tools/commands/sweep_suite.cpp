// A suite: many seeds of each of its scenarios, one after the other.
#include <fmt/format.h>

#include <chrono>
#include <sstream>
#include <string>
#include <utility>

#include "tools/commands/sweep.hpp"
#include "tools/terminal/wording.hpp"

namespace raftsim::tools {

namespace {

// What is about one scenario cannot be asked of several.
void check_options(const SweepOptions& options, const scenarios::BuiltinSuite& suite) {
  const auto refuse = [&](const char* option, bool given) {
    if (!given) return;
    throw BadInput(fmt::format("{}: takes one scenario, and {} is a suite of {}; name one of them (see: scenarios {})",
                               option, suite.name, suite.scenarios.size(), suite.name));
  };
  refuse("--results", !options.results.empty());
  refuse("--resume", !options.resume.empty());
  refuse("--shard", !options.plan.shard.empty());
  refuse("--corpus", !options.report.corpus.empty());
  refuse("--json", !options.report.json.empty());
  refuse("--junit", !options.report.junit.empty());
  refuse("--markdown", !options.report.markdown.empty());
  refuse("--format json", options.report.format == Format::json);
}

// The worst of what happened: raftsim is broken, then something is violated, then something could not be read.
ExitCode worse(ExitCode one, ExitCode other) {
  for (const auto code : {ExitCode::harness_failed, ExitCode::violation, ExitCode::interrupted, ExitCode::bad_input}) {
    if (one == code || other == code) return code;
  }
  return ExitCode::clean;
}

// The first line of a report, and what it says of violations: from the first line on that begins with "seed ".
std::pair<std::string, std::string> essence_of(const std::string& report) {
  const auto found = report.find("\nseed ");
  return {report.substr(0, report.find('\n')), found == report.npos ? "" : report.substr(found + 1)};
}

}  // namespace

ExitCode sweep_suite(const SweepOptions& options, const scenarios::BuiltinSuite& suite, Console& console) {
  check_options(options, suite);
  const auto begin = std::chrono::steady_clock::now();
  auto code = ExitCode::clean;
  std::size_t violated = 0;
  for (const scenarios::BuiltinScenario& scenario : suite.scenarios) {
    SweepOptions one = options;
    one.choice.scenario = scenario.name;
    std::ostringstream report;
    Console quiet{report, console.err, console.terminal, false, console.command, console.servers};
    const auto result = sweep(one, quiet);
    const auto [headline, violations] = essence_of(report.str());
    console.out << headline << "\n" << violations << std::flush;
    if (result == ExitCode::violation) ++violated;
    code = worse(code, result);
    if (result == ExitCode::interrupted) break;
  }
  const auto real_time = std::chrono::steady_clock::now() - begin;
  console.out << fmt::format("\n{}: {}, {} in {}\n", suite.name, counted(suite.scenarios.size(), "scenario"),
                             violated == 0 ? "none violated" : fmt::format("{} violated", violated),
                             span_of(real_time));
  return code;
}

}  // namespace raftsim::tools
