// What a sweep tells when it is over, for people and for programs.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tools/sweep/corpus.hpp"
#include "tools/sweep/inert.hpp"
#include "tools/sweep/plan.hpp"
#include "tools/sweep/summary.hpp"

namespace raftsim::tools {

// first, first + step, ..., last.
struct SeedRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  std::uint64_t step = 1;
};

struct SweepReport {
  std::string scenario;
  std::string scenario_given;  // its name or path, as on the command line
  std::vector<std::string> mutations;
  std::vector<std::string> settings;
  std::vector<std::string> without;  // checkers that the scenario switches off
  SweepPlan plan;                    // jobs are 0 when several machines had theirs
  bool until_stopped = false;        // a time was given, and no number of seeds
  bool interrupted = false;          // there are seeds left to run
  bool merged = false;
  bool other_program = false;  // some of it is another raftsim's
  std::vector<SeedRange> ran;
  std::chrono::nanoseconds real_time{};
  Summary summary;
  std::map<std::uint64_t, std::string> traces;              // by seed, of the runs that are kept and could be written
  std::map<std::uint64_t, std::vector<std::string>> swarm;  // of these runs: what chance chose, as settings
  std::string command;                                      // how raftsim is called
  std::vector<std::string> not_reached;  // situations that the scenario must reach, and this sweep did not
  std::vector<InertFault> inert;         // faults of the scenario that struck nothing
  std::vector<CorpusResult> corpus;
};

// To expect what a scenario must reach. The rarest of it happens once in 40 runs: 500 of them without it are one case in
// 300,000.
inline constexpr std::uint64_t runs_enough = 500;

// Situations in `must_reach` with a count of zero, when there were runs enough to expect them.
[[nodiscard]] std::vector<std::string> not_reached(const std::vector<std::string>& must_reach, const Summary& summary);

// "interrupted after 600 of 1,000", "incomplete: 600 of 1,000"; empty when nothing is left to run.
[[nodiscard]] std::string unfinished(const SweepReport& report);
// "stale-ack: 1,000 runs, 237 violations"; "stale-ack: corpus fails (1 of 3 traces); 1,000 runs, no violation"
[[nodiscard]] std::string headline(const SweepReport& report);
// "230 runs: seeds 3, 17, 24, ..."
[[nodiscard]] std::string runs_and_seeds(const ViolationGroup& group);
// "1 to 1000"; "2, 6, ..., 998"
[[nodiscard]] std::string seeds_text(const SweepReport& report);
// How many traces of the corpus violate something.
[[nodiscard]] std::uint64_t failing(const std::vector<CorpusResult>& corpus);

// Why a green sweep may say less than it seems to; a line for each.
[[nodiscard]] std::vector<std::string> situations_missed(const SweepReport& report);
[[nodiscard]] std::vector<std::string> faults_missed(const SweepReport& report);
// All of them.
[[nodiscard]] std::vector<std::string> warnings(const SweepReport& report);

[[nodiscard]] std::string as_text(const SweepReport& report);
// One object; the keys are described with `raftsim sweep --help`.
[[nodiscard]] std::string as_json(const SweepReport& report);
// JUnit's XML: a test suite with a test case for each checker.
[[nodiscard]] std::string as_junit(const SweepReport& report);
// A few lines and a table, for a summary on GitHub.
[[nodiscard]] std::string as_markdown(const SweepReport& report);
// GitHub's workflow commands: an annotation for each group of violations and each warning.
[[nodiscard]] std::string as_annotations(const SweepReport& report);

// "raftsim run stale-ack --seed 17 --mutation match-overwrite": needs no trace.
[[nodiscard]] std::string run_command(const SweepReport& report, std::uint64_t seed);
// The same, and the trace goes to the current directory: "raftsim run ... --trace stale-ack-17-match-overwrite.json".
[[nodiscard]] std::string record_command(const SweepReport& report, std::uint64_t seed);

}  // namespace raftsim::tools
