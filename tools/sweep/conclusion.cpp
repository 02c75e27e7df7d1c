#include "tools/sweep/conclusion.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <ostream>
#include <system_error>

#include "checkers/trace/atomic_file.hpp"
#include "checkers/trace/json.hpp"
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
      throw BadInput(fmt::format("seed {}: this raftsim makes another run of it: no trace", violation.seed));
    if (recording.outcome.fingerprint == violation.fingerprint)
      throw HarnessFailed(fmt::format("seed {}: the recorded run is the same, with another verdict", violation.seed));
    throw HarnessFailed(fmt::format("seed {}: the recorded run differs from the first: fingerprints {} and {}",
                                    violation.seed, hexadecimal(recording.outcome.fingerprint),
                                    hexadecimal(violation.fingerprint)));
  }
  return recording;
}

void write_traces(const scenarios::Scenario& scenario, SweepReport& report, const ReportOptions& options,
                  std::optional<Corpus>& corpus, Troubles& troubles) {
  for (const ViolationGroup& group : report.summary.violations.groups()) {
    for (const Violation& violation : group.kept) {
      try {
        const Recording recording = record_again(scenario, violation, report.other_program);
        const std::string name = trace_name(scenario, violation.seed, report.settings);
        write(options.out + "/" + name, recording);
        report.traces[violation.seed] = options.out + "/" + name;
        if (corpus) corpus->add(name, recording);
      } catch (const BadInput& problem) {
        troubles.warnings.emplace_back(problem.what());
      } catch (const HarnessFailed& problem) {
        troubles.harness.emplace_back(problem.what());
      } catch (const checkers::TraceError& problem) {
        troubles.files.emplace_back(problem.what());
      }
    }
  }
}

void replace_file(const std::string& path, const std::string& text) {
  checkers::AtomicFile file(path);
  file.write(text);
  file.commit();
}

// By one write, so that what others append at the same time stays whole too.
void append_to_file(const std::string& path, const std::string& text) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0) throw std::system_error(errno, std::generic_category());
  const ssize_t written = ::write(descriptor, text.data(), text.size());
  const int problem = written < 0 ? errno : ENOSPC;
  ::close(descriptor);
  if (written != static_cast<ssize_t>(text.size())) throw std::system_error(problem, std::generic_category());
}

void write_report(const std::string& path, const std::string& text,
                  void (*act)(const std::string& path, const std::string& text), Troubles& troubles) {
  try {
    act(path, text);
  } catch (const std::system_error& problem) {
    troubles.files.push_back(fmt::format("{}: cannot be written to: {}", path, problem.code().message()));
  }
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
  if (!troubles.files.empty()) return ExitCode::bad_input;
  return report.summary.violations.empty() && failing(report.corpus) == 0 ? ExitCode::clean : ExitCode::violation;
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
  write_traces(scenario, report, options, corpus, troubles);
  if (!options.json.empty()) write_report(options.json, as_json(report), replace_file, troubles);
  if (!options.junit.empty()) write_report(options.junit, as_junit(report), replace_file, troubles);
  if (!options.markdown.empty()) write_report(options.markdown, as_markdown(report), append_to_file, troubles);
  const bool json = options.format == Format::json;
  console.out << (json ? as_json(report) : as_text(report)) << std::flush;
  // GitHub reads both; what a program reads stays JSON.
  if (options.github) (json ? console.err : console.out) << as_annotations(report) << std::flush;
  return verdict_on(report, troubles, console);
}

}  // namespace raftsim::tools
