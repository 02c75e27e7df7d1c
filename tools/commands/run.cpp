#include "tools/commands/run.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <ostream>

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

std::string headline(const scenarios::Scenario& scenario, std::uint64_t seed, const scenarios::Outcome& outcome) {
  const std::vector<std::string> mutations = planted(scenario);
  return fmt::format("{} seed {}{}: {}\n  fingerprint   {}\n", scenario.name, seed,
                     mutations.empty() ? "" : fmt::format(" with {}", fmt::join(mutations, ", ")),
                     outcome.verdict ? "violated " + outcome.verdict->checker : "no violation",
                     hexadecimal(outcome.fingerprint));
}

// The same run, with the recorder on when there is a file to write.
scenarios::Outcome carry_out(const scenarios::Scenario& scenario, const RunOneOptions& options) {
  const RunResult result = SeedRunner(scenario)(options.seed, true);
  if (!result.failure.empty()) throw HarnessFailed(fmt::format("seed {}: {}", options.seed, result.failure));
  if (options.trace.empty()) return result.outcome;
  const Recording recording = record(scenario, options.seed);
  if (recording.outcome.fingerprint != result.outcome.fingerprint) {
    throw HarnessFailed(fmt::format("seed {}: the recorded run differs: fingerprints {} and {}", options.seed,
                                    hexadecimal(recording.outcome.fingerprint),
                                    hexadecimal(result.outcome.fingerprint)));
  }
  write(options.trace, recording);
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
  const scenarios::Scenario scenario = load(options.choice);
  if (!options.trace.empty()) prepare_file(options.trace);
  const scenarios::Outcome outcome = carry_out(scenario, options);
  console.out << headline(scenario, options.seed, outcome);
  if (outcome.verdict) console.out << described(*outcome.verdict);
  if (!options.trace.empty()) {
    console.out << fmt::format("  trace         {}\n  replay        {}\n", options.trace,
                               replay_command(console.command, options.trace));
  }
  console.out << described(outcome.statistics);
  return outcome.verdict ? ExitCode::violation : ExitCode::clean;
}

}  // namespace raftsim::tools
