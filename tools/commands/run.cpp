#include "tools/commands/run.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <ostream>
#include <vector>

#include "checkers/trace/json.hpp"
#include "scenarios/cluster/swarm.hpp"
#include "tools/runs/decisions.hpp"
#include "tools/runs/output_directory.hpp"
#include "tools/runs/recording.hpp"
#include "tools/runs/seed_runner.hpp"
#include "tools/runs/statistics_json.hpp"
#include "tools/terminal/wording.hpp"

namespace raftsim::tools {

namespace {

std::string described(const scenarios::Statistics& statistics) {
  std::string text = fmt::format(
      "  events        {}\n  virtual time  {}\n  commands      {} acknowledged, commit index {}\n"
      "  messages      {}, {} bytes\n",
      grouped(statistics.events), span_of(statistics.virtual_time), grouped(statistics.acknowledged_commands),
      grouped(statistics.committed_entries), grouped(statistics.messages), grouped(statistics.message_bytes));
  if (const auto& list = statistics.not_judged; !list.empty()) {
    text += fmt::format("  not judged    {}\n", one_line(checkers::in_words(list)));
  }
  text += "\nfaults\n";
  for (const auto& [name, count] : statistics.faults) text += fmt::format("  {:>10}  {}\n", grouped(count), name);
  text += "\nsituations\n";
  for (const auto& [name, count] : counts_of(statistics.situations)) {
    if (count > 0) text += fmt::format("  {:>10}  {}\n", grouped(count), name);
  }
  return text;
}

std::string headline(const scenarios::Scenario& scenario, std::uint64_t seed, std::size_t overrides,
                     const scenarios::Outcome& outcome) {
  std::vector<std::string> with = planted(scenario);
  if (overrides > 0) with.push_back(counted(overrides, "override"));
  return fmt::format("{} seed {}{}: {}\n  fingerprint   {}\n", scenario.name, seed,
                     with.empty() ? "" : fmt::format(" with {}", fmt::join(with, ", ")),
                     outcome.verdict ? "violated " + outcome.verdict->checker : "no violation",
                     hexadecimal(outcome.fingerprint));
}

scenarios::Outcome run_twice(const scenarios::Scenario& scenario, std::uint64_t seed,
                             const std::vector<sim::Override>& overrides) {
  try {
    const RunResult result = SeedRunner(scenario, overrides)(seed, true);
    if (!result.failure.empty()) throw HarnessFailed(fmt::format("seed {}: {}", seed, result.failure));
    return result.outcome;
  } catch (const sim::BadOverride& bad) {
    throw BadInput(in_words(bad, scenario));
  }
}

// Writes what was asked for. A line for each file that cannot be written: the verdict on the run holds all the same.
std::vector<std::string> write_files(const RunOneOptions& options, const Recording& recording,
                                     const std::vector<sim::Decision>& decisions, const scenarios::Scenario& scenario) {
  std::vector<std::string> troubles;
  try {
    if (!options.trace.empty()) write(options.trace, recording);
  } catch (const checkers::TraceError& problem) {
    troubles.emplace_back(problem.what());
  }
  try {
    if (!options.decisions.empty()) write_whole(options.decisions, to_lines(decisions, scenario));
  } catch (const BadInput& problem) {
    troubles.emplace_back(problem.what());
  }
  return troubles;
}

// The same run, with recorders on when there is something to write or to tell.
scenarios::Outcome carry_out(const scenarios::Scenario& scenario, const RunOneOptions& options,
                             const std::vector<sim::Override>& overrides, std::vector<std::string>& troubles,
                             Console& console) {
  scenarios::Outcome outcome = run_twice(scenario, options.seed, overrides);
  if (options.trace.empty() && options.decisions.empty() && overrides.empty()) return outcome;
  std::vector<sim::Decision> decisions;
  const bool decided = !options.decisions.empty() || !overrides.empty();
  const Recording recording = record(scenario, options.seed, overrides, decided ? &decisions : nullptr);
  if (recording.outcome.fingerprint != outcome.fingerprint) {
    throw HarnessFailed(fmt::format("seed {}: the recorded run differs: fingerprints {} and {}", options.seed,
                                    hexadecimal(recording.outcome.fingerprint), hexadecimal(outcome.fingerprint)));
  }
  troubles = write_files(options, recording, decisions, scenario);
  console.err << not_asked_for(overrides, decisions, scenario);
  return recording.outcome;
}

}  // namespace

std::string described(const checkers::Verdict& verdict) {
  const std::string text =
      fmt::format("  expected      {}\n  seen          {}\n  at            {}, event {}\n", one_line(verdict.expected),
                  one_line(verdict.seen), span_of(verdict.at.time_since_epoch()), verdict.event);
  return verdict.drawing.empty() ? text : text + "\n" + verdict.drawing + "\n";
}

ExitCode run_one(const RunOneOptions& options, Console& console) {
  const scenarios::Scenario scenario = load(options.choice, console.servers);
  std::vector<sim::Override> overrides;
  if (!options.overrides.empty()) overrides = read_overrides(options.overrides, scenario);
  for (const std::string& file : {options.trace, options.decisions}) {
    if (!file.empty()) prepare_file(file);
  }
  std::vector<std::string> troubles;
  const scenarios::Outcome outcome = carry_out(scenario, options, overrides, troubles, console);
  console.out << headline(scenario, options.seed, overrides.size(), outcome);
  if (outcome.verdict) console.out << described(*outcome.verdict);
  console.out << swarm_row(scenarios::swarm_settings(scenario, options.seed, overrides));
  if (troubles.empty() && !options.trace.empty()) {
    console.out << fmt::format("  trace         {}\n  replay        {}\n", options.trace,
                               replay_command(console.command, options.trace));
  }
  if (troubles.empty() && !options.decisions.empty())
    console.out << fmt::format("  decisions     {}\n", options.decisions);
  console.out << described(outcome.statistics);
  console.out << std::flush;
  for (const std::string& trouble : troubles) console.err << "raftsim: " << one_line(trouble) << "\n";
  if (outcome.verdict) return ExitCode::violation;
  return troubles.empty() ? ExitCode::clean : ExitCode::bad_input;
}

}  // namespace raftsim::tools
