#include "tools/commands/merge.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <ostream>

#include "tools/runs/scenario_choice.hpp"
#include "tools/sweep/results_file.hpp"
#include "tools/terminal/wording.hpp"
#include "tools/version.hpp"

namespace raftsim::tools {

namespace {

constexpr std::size_t shards_listed = 10;

std::vector<std::string> results_files(const std::vector<std::string>& places) {
  std::vector<std::string> paths;
  for (const std::string& place : places) {
    std::error_code problem;
    if (!std::filesystem::is_directory(place, problem)) {
      paths.push_back(place);
      continue;
    }
    const std::size_t before = paths.size();
    for (std::filesystem::recursive_directory_iterator entry(place, problem), end; !problem && entry != end;
         entry.increment(problem)) {
      if (entry->path().extension() == ".jsonl") paths.push_back(entry->path().string());
    }
    if (problem) throw ResultsError(fmt::format("{}: cannot be read: {}", place, problem.message()));
    if (paths.size() == before) throw ResultsError(place + ": has no results file (*.jsonl)");
  }
  std::ranges::sort(paths);
  paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
  return paths;
}

// In the order of the shards. Throws ResultsError when two are the same one, or are not of one sweep.
std::vector<Results> read_shards(const MergeOptions& options, Console& console) {
  std::vector<Results> shards;
  std::vector<std::string> empty;
  for (const std::string& path : results_files(options.places)) {
    if (auto results = read_results(path)) {
      if (results->torn_bytes > 0) {
        console.err << fmt::format("raftsim: warning: {}: ignored an incomplete last line of {}\n", path,
                                   counted(results->torn_bytes, "byte"));
      }
      shards.push_back(std::move(*results));
    } else {
      empty.push_back(path + ": has no complete header, so no results yet");
    }
  }
  if (shards.empty()) throw ResultsError(empty.front());
  for (const std::string& line : empty) console.err << "raftsim: warning: " << line << "\n";
  std::ranges::stable_sort(shards, {}, [](const Results& results) { return results.header.plan.shard.number; });
  for (std::size_t i = 1; i < shards.size(); ++i) {
    const auto& [one, other] = std::pair(shards[i - 1], shards[i]);
    check_same_sweep(one.path, one.header, other.path, other.header, options.allow_other_version);
    if (one.header.plan.shard == other.header.plan.shard) {
      throw ResultsError(fmt::format("{} and {} overlap: both are shard {}/{}", one.path, other.path,
                                     one.header.plan.shard.number, one.header.plan.shard.count));
    }
  }
  return shards;
}

// What is not there, in lines; empty when all seeds are.
std::vector<std::string> missing(const std::vector<Results>& shards) {
  std::vector<std::string> lines;
  SweepPlan plan = shards.front().header.plan;
  auto there = shards.begin();
  for (plan.shard.number = 1; plan.shard.number <= plan.shard.count; ++plan.shard.number) {
    const bool found = there != shards.end() && there->header.plan.shard == plan.shard;
    const std::string of = shards.front().header.until_stopped ? "" : " of " + counted(plan.runs(), "run");
    const std::string name = fmt::format("shard {}/{}", plan.shard.number, plan.shard.count);
    if (!found) {
      lines.push_back(fmt::format("{} is missing{}", name, of.empty() ? "" : ", all" + of));
    } else if (!there->complete() && !there->header.until_stopped) {
      lines.push_back(fmt::format("{} ({}) has done {}{}", name, there->path, grouped(there->summary.runs), of));
    }
    if (found) ++there;
  }
  return lines;
}

std::vector<SeedRange> ran(const std::vector<Results>& shards, bool all) {
  const SweepPlan& first = shards.front().header.plan;
  std::uint64_t runs = 0;
  std::vector<SeedRange> ranges;
  for (const Results& shard : shards) {
    const SweepPlan& plan = shard.header.plan;
    runs += shard.summary.runs;
    if (shard.summary.runs > 0) ranges.push_back({plan.seed(0), plan.seed(shard.summary.runs - 1), plan.shard.count});
  }
  if (all && runs > 0) return {{first.first_seed, first.first_seed + (runs - 1), 1}};
  return ranges;
}

scenarios::Scenario scenario_of(const Results& results, const scenarios::ServerKinds& servers) {
  return parse({results.path + ": scenario", results.header.scenario}, servers);
}

SweepReport added_up(const std::vector<Results>& shards, const scenarios::Scenario& scenario, bool all,
                     const Console& console) {
  const ResultsHeader& header = shards.front().header;
  SweepReport report = report_on(scenario, header.given, header.settings, console);
  report.plan = header.plan;
  report.until_stopped = header.until_stopped;
  report.interrupted = !all;
  report.merged = true;
  report.summary = Summary(header.plan.keep);
  report.plan.shard = {};
  report.plan.jobs = 0;
  for (const Results& shard : shards) {
    report.other_program = report.other_program || shard.header.program != program_version();
    report.summary += shard.summary;
    report.real_time += shard.real_time;
  }
  report.ran = ran(shards, all && !header.until_stopped);
  return report;
}

// A trace is a run of this program; another one's seeds may mean other runs.
void check_version(const std::vector<Results>& shards, const MergeOptions& options) {
  for (const Results& shard : shards) {
    if (options.allow_other_version || shard.header.program == program_version()) continue;
    throw ResultsError(
        fmt::format("{} is by raftsim {}, this is {}: a seed may mean another run "
                    "(--allow-other-version accepts it)",
                    shard.path, shard.header.program, program_version()));
  }
}

void say_missing(const std::vector<std::string>& lines, Console& console) {
  for (std::size_t i = 0; i < std::min(lines.size(), shards_listed); ++i) {
    console.err << "raftsim: incomplete: " << lines[i] << "\n";
  }
  if (lines.size() > shards_listed) {
    console.err << fmt::format("raftsim: incomplete: {} more shards\n", lines.size() - shards_listed);
  }
}

}  // namespace

ExitCode merge(const MergeOptions& options, Console& console) {
  const std::vector<Results> shards = read_shards(options, console);
  check_version(shards, options);
  prepare(options.report);
  const scenarios::Scenario scenario = scenario_of(shards.front(), console.servers);
  const std::vector<std::string> incomplete = missing(shards);
  SweepReport report = added_up(shards, scenario, incomplete.empty(), console);
  std::optional<Corpus> corpus = run_corpus(options.report, available_cores(), console, report);
  const ExitCode code = conclude(scenario, report, options.report, corpus, {}, console);
  say_missing(incomplete, console);
  return code == ExitCode::clean && !incomplete.empty() && !options.partial ? ExitCode::bad_input : code;
}

}  // namespace raftsim::tools
