#include "tools/sweep/conclusion.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ostream>

#include "checkers/trace/json.hpp"
#include "scenarios/cluster/swarm.hpp"
#include "tools/runs/output_directory.hpp"
#include "tools/runs/recording.hpp"
#include "tools/runs/scenario_choice.hpp"
#include "tools/terminal/wording.hpp"

namespace raftsim::tools {

namespace {

Recording record_again(const scenarios::Scenario& scenario, const Violation& violation, bool other_program) {
  Recording recording = record(scenario, violation.seed);
  if (recording.outcome.fingerprint != violation.fingerprint || recording.outcome.verdict != violation.verdict) {
    if (other_program)
      throw BadInput(fmt::format("seed {}: this version of raftsim runs it differently: no trace", violation.seed));
    if (recording.outcome.fingerprint == violation.fingerprint)
      throw HarnessFailed(fmt::format("seed {}: the recorded run is the same, with another verdict", violation.seed));
    throw HarnessFailed(fmt::format("seed {}: the recorded run differs from the first: fingerprints {} and {}",
                                    violation.seed, hexadecimal(recording.outcome.fingerprint),
                                    hexadecimal(violation.fingerprint)));
  }
  return recording;
}

// Calls `write`; what keeps it from writing becomes a trouble, with `advice` behind it.
template <class Write>
bool written(Write write, const std::string& advice, Troubles& troubles) {
  try {
    write();
    return true;
  } catch (const checkers::TraceError& problem) {
    troubles.files.push_back(problem.what() + advice);
  } catch (const BadInput& problem) {
    troubles.files.push_back(problem.what() + advice);
  }
  return false;
}

// A trace that cannot be written is no loss: its seed makes the same run anywhere.
void write_trace_of(const Recording& recording, SweepReport& report, const ReportOptions& options,
                    std::optional<Corpus>& corpus, Troubles& troubles) {
  const std::uint64_t seed = recording.header.seed;
  const std::string name = trace_name(report.scenario, seed, report.mutations, report.settings);
  const std::string path = options.out + "/" + name;
  const std::string advice = "; to record it: " + record_command(report, seed);
  if (written([&] { write(path, recording); }, advice, troubles)) report.traces[seed] = path;
  if (corpus) written([&] { corpus->add(name, recording); }, advice, troubles);
}

void write_traces(const scenarios::Scenario& scenario, SweepReport& report, const ReportOptions& options,
                  std::optional<Corpus>& corpus, Troubles& troubles) {
  for (const ViolationGroup& group : report.summary.violations.groups()) {
    for (const Violation& violation : group.kept) {
      report.swarm[violation.seed] = scenarios::swarm_settings(scenario, violation.seed);
      try {
        const Recording recording = record_again(scenario, violation, report.other_program);
        write_trace_of(recording, report, options, corpus, troubles);
      } catch (const BadInput& problem) {
        troubles.warnings.emplace_back(problem.what());
      } catch (const HarnessFailed& problem) {
        troubles.harness.emplace_back(problem.what());
      }
    }
  }
}

// Half a summary is none. It stays if somebody has appended to the file since.
void take_back(int descriptor, off_t written) {
  const off_t end = ::lseek(descriptor, 0, SEEK_CUR);
  if (end < written || ::lseek(descriptor, 0, SEEK_END) != end) return;
  [[maybe_unused]] const int cut = ::ftruncate(descriptor, end - written);
}

// By one write, so that what others append at the same time stays whole too.
void append_to_file(const std::string& path, const std::string& text) {
  const auto fail = [&](int problem) {
    throw BadInput(fmt::format("{}: cannot be written to: {}", path, std::strerror(problem)));
  };
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0) fail(errno);
  const ssize_t written = ::write(descriptor, text.data(), text.size());
  const int problem = written < 0 ? errno : ENOSPC;
  const bool whole = written == static_cast<ssize_t>(text.size());
  if (!whole && written > 0) take_back(descriptor, written);
  ::close(descriptor);
  if (!whole) fail(problem);
}

ExitCode verdict_on(const SweepReport& report, const Troubles& troubles, Console& console) {
  for (const std::string& warning : warnings(report)) console.err << "raftsim: warning: " << warning << "\n";
  for (const std::string& warning : troubles.warnings) console.err << "raftsim: warning: " << warning << "\n";
  for (const auto& [seed, message] : report.summary.failures) {
    console.err << fmt::format("raftsim: the harness failed: seed {}: {}\n", seed, one_line(message));
  }
  for (const std::string& message : troubles.harness) {
    console.err << fmt::format("raftsim: the harness failed: {}\n", one_line(message));
  }
  for (const std::string& message : troubles.files) console.err << fmt::format("raftsim: {}\n", one_line(message));
  if (!report.summary.failures.empty() || !troubles.harness.empty()) return ExitCode::harness_failed;
  // What was found was found, whether or not all of it could be written.
  if (!report.summary.violations.empty() || failing(report.corpus) > 0) return ExitCode::violation;
  return troubles.files.empty() ? ExitCode::clean : ExitCode::bad_input;
}

}  // namespace

void prepare(const ReportOptions& options) {
  if (options.corpus_seeds == 0) throw BadInput("--corpus-seeds: at least 1 is needed");
  for (const std::string& path : {options.json, options.junit}) {
    if (!path.empty()) prepare_file(path);
  }
  if (!options.markdown.empty()) prepare_file(options.markdown, true);
  prepare_directory(options.out);
}

SweepReport report_on(const scenarios::Scenario& scenario, const std::string& given,
                      const std::vector<std::string>& settings, const Console& console) {
  SweepReport report;
  report.scenario = scenario.name;
  report.scenario_given = given;
  report.mutations = planted(scenario);
  report.settings = settings;
  report.without = scenario.without;
  report.command = console.command;
  return report;
}

std::optional<Corpus> run_corpus(const ReportOptions& options, unsigned jobs, const Console& console,
                                 SweepReport& report) {
  if (options.corpus.empty()) return std::nullopt;
  Corpus corpus(options.corpus, {.seeds = options.corpus_seeds, .jobs = jobs, .servers = console.servers});
  report.corpus = corpus.run();
  return corpus;
}

ExitCode conclude(const scenarios::Scenario& scenario, SweepReport& report, const ReportOptions& options,
                  std::optional<Corpus>& corpus, Troubles troubles, Console& console) {
  report.not_reached = not_reached(scenario.must_reach, report.summary);
  report.inert = inert_faults(scenario, report.summary);
  for (const CorpusResult& result : report.corpus) {
    if (result.state == CorpusState::unreadable) troubles.files.push_back(result.trace + ": " + result.what);
  }
  if (corpus && !corpus->trouble().empty()) troubles.files.push_back(corpus->trouble());
  write_traces(scenario, report, options, corpus, troubles);
  const auto write_report = [&](const std::string& path, auto write, auto text) {
    if (!path.empty()) written([&] { write(path, text()); }, "", troubles);
  };
  write_report(options.json, write_whole, [&] { return as_json(report); });
  write_report(options.junit, write_whole, [&] { return as_junit(report); });
  write_report(options.markdown, append_to_file, [&] { return as_markdown(report); });
  const bool json = options.format == Format::json;
  console.out << (json ? as_json(report) : as_text(report)) << std::flush;
  // GitHub reads both; what a program reads stays JSON.
  if (options.github) (json ? console.err : console.out) << as_annotations(report) << std::flush;
  return verdict_on(report, troubles, console);
}

}  // namespace raftsim::tools
