#include "tools/sweep.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>
#include <ostream>

#include "checkers/trace_json.hpp"
#include "tools/interrupt.hpp"
#include "tools/output_directory.hpp"
#include "tools/progress_bar.hpp"
#include "tools/recording.hpp"
#include "tools/sweep/report.hpp"
#include "tools/sweep/seed_runner.hpp"
#include "tools/sweep/seed_workers.hpp"
#include "tools/wording.hpp"

namespace raftsim::tools {

namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

// Waits for the workers, showing how far they are, and stops them when somebody asks for it.
void watch(SeedWorkers& workers, const SweepPlan& plan, Console& console) {
  ProgressBar bar(console);
  const auto begin = Clock::now();
  bool stopping = false;
  while (!workers.wait_for(100ms)) {
    const auto [runs, violations] = workers.progress();
    bar.show({runs, plan.seeds, violations, Clock::now() - begin});
    if (Interrupt::requested() && !stopping) {
      stopping = true;
      workers.stop();
      bar.say("interrupted: finishing the runs under way (once more to end at once)");
    }
  }
}

// What may go wrong after the runs, and must not cost their summary.
struct Troubles {
  std::vector<std::string> harness;
  std::vector<std::string> files;
};

std::vector<std::optional<std::string>> write_traces(const scenarios::Scenario& scenario, const SweepOptions& options,
                                                     const std::vector<Violation>& violations, Troubles& troubles) {
  std::vector<std::optional<std::string>> traces;
  for (const Violation& violation : violations) {
    auto& trace = traces.emplace_back();
    try {
      const Recording recording = record(scenario, violation.seed);
      if (recording.outcome.fingerprint != violation.fingerprint || recording.outcome.verdict != violation.verdict) {
        throw HarnessFailed(fmt::format("seed {}: the recorded run differs from the first: fingerprints {} and {}",
                                        violation.seed, hexadecimal(recording.outcome.fingerprint),
                                        hexadecimal(violation.fingerprint)));
      }
      const std::string path = options.out + "/" + trace_name(scenario, violation.seed, options.choice.settings);
      write(path, recording);
      trace = path;
    } catch (const HarnessFailed& problem) {
      troubles.harness.emplace_back(problem.what());
    } catch (const checkers::TraceError& problem) {
      troubles.files.emplace_back(problem.what());
    }
  }
  return traces;
}

ExitCode verdict_on(const SweepReport& report, const Troubles& troubles, Console& console) {
  for (const std::string& name : report.not_reached) {
    console.err << fmt::format("raftsim: warning: not one of {} reached '{}', which {} must reach\n",
                               counted(report.summary.runs, "run"), name, report.scenario);
  }
  for (const auto& [seed, message] : report.summary.failures) {
    console.err << fmt::format("raftsim: the harness failed: seed {}: {}\n", seed, one_line(message));
  }
  for (const std::string& message : troubles.harness) {
    console.err << fmt::format("raftsim: the harness failed: {}\n", one_line(message));
  }
  for (const std::string& message : troubles.files) console.err << fmt::format("raftsim: {}\n", one_line(message));
  if (!report.summary.failures.empty() || !troubles.harness.empty()) return ExitCode::harness_failed;
  if (!troubles.files.empty()) return ExitCode::bad_input;
  return report.summary.violations.empty() ? ExitCode::clean : ExitCode::violation;
}

}  // namespace

ExitCode sweep(const SweepOptions& options, Console& console) {
  check(options.plan);
  const scenarios::Scenario scenario = load(options.choice);
  prepare_directory(options.out);

  const Interrupt interrupt;
  const auto begin = Clock::now();
  SeedWorkers workers(options.plan, [&] { return SeedRunner(scenario); });
  watch(workers, options.plan, console);

  SweepReport report{.scenario = scenario.name,
                     .mutations = planted(scenario),
                     .settings = options.choice.settings,
                     .plan = options.plan,
                     .interrupted = workers.interrupted(),
                     .real_time = Clock::now() - begin,
                     .summary = workers.summary(),
                     .traces = {},
                     .command = console.command,
                     .not_reached = {}};
  report.not_reached = not_reached(scenario.must_reach, report.summary);
  Troubles troubles;
  report.traces = write_traces(scenario, options, report.summary.violations, troubles);
  console.out << (options.format == Format::json ? as_json(report) : as_text(report)) << std::flush;
  return verdict_on(report, troubles, console);
}

}  // namespace raftsim::tools
