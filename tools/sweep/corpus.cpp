#include "tools/sweep/corpus.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>

#include "checkers/trace/json.hpp"
#include "scenarios/scenario_json.hpp"
#include "tools/commands/replay.hpp"
#include "tools/exit_code.hpp"
#include "tools/runs/comparison.hpp"
#include "tools/runs/decisions.hpp"
#include "tools/runs/output_directory.hpp"
#include "tools/runs/scenario_choice.hpp"
#include "tools/runs/seed_runner.hpp"
#include "tools/sweep/seed_workers.hpp"
#include "tools/terminal/interrupt.hpp"
#include "tools/terminal/wording.hpp"
#include "tools/version.hpp"

namespace raftsim::tools {

namespace {

constexpr const char* fixed_name = "fixed.json";

// Two violations with the same one are one find.
std::string likeness(const scenarios::Scenario& scenario, const checkers::Verdict& verdict) {
  return fmt::format("{} {} {} {}", scenario.name, fmt::join(planted(scenario), " "), verdict.checker,
                     mechanism_of(verdict));
}

std::vector<std::string> traces_in(const std::string& directory) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(".json") && name != fixed_name) names.push_back(name);
  }
  std::ranges::sort(names);
  return names;
}

bool is_of_one_kind(const checkers::Verdict& one, const checkers::Verdict& other) {
  return one.checker == other.checker && mechanism_of(one) == mechanism_of(other);
}

std::string in_words(const checkers::Verdict& verdict) { return verdict.checker + ": " + verdict.seen; }

Summary swept(const scenarios::Scenario& scenario, const CorpusSweep& sweep) {
  using namespace std::chrono_literals;
  const SweepPlan plan{.first_seed = 1, .seeds = sweep.seeds, .jobs = sweep.jobs, .max_violations = no_limit};
  SeedWorkers workers(plan, [&] { return SeedRunner(scenario); });
  while (!workers.wait_for(100ms)) {
    if (Interrupt::requested()) workers.stop();
  }
  return workers.summary();
}

}  // namespace

std::string_view name_of(CorpusState state) {
  switch (state) {
    case CorpusState::still_fails:
      return "still fails";
    case CorpusState::fixed:
      return "fixed";
    case CorpusState::stays_fixed:
      return "stays fixed";
    case CorpusState::regression:
      return "REGRESSION";
    case CorpusState::found_again:
      return "found again";
    case CorpusState::found_another:
      return "found another";
    case CorpusState::not_found:
      return "not found";
    case CorpusState::unreadable:
      return "unreadable";
  }
  return "";
}

Corpus::Corpus(std::string directory, CorpusSweep sweep) : directory_(std::move(directory)), sweep_(std::move(sweep)) {
  prepare_directory(directory_);
  fixed_ = read_fixed();
}

std::vector<CorpusResult> Corpus::run() {
  std::vector<CorpusResult> results;
  for (const std::string& name : traces_in(directory_)) results.push_back(run(name));
  try {
    write_fixed();
  } catch (const BadInput& problem) {
    trouble_ = problem.what();
  }
  return results;
}

CorpusResult Corpus::run(const std::string& name) {
  CorpusResult result{directory_ + "/" + name, CorpusState::unreadable, ""};
  checkers::Trace trace;
  scenarios::Scenario scenario;
  std::vector<sim::Override> overrides;
  try {
    trace = checkers::read_trace(result.trace);
    scenario = scenario_of(trace, result.trace, sweep_.servers);
    overrides = overrides_of(trace, result.trace, scenario);
  } catch (const std::exception& problem) {  // TraceError, ScenarioError, BadInput
    result.what = problem.what();
    if (result.what.starts_with(result.trace + ": ")) result.what.erase(0, result.trace.size() + 2);
    return result;
  }
  if (trace.edited) {
    result.what = "was changed after it was written";
    return result;
  }
  try {
    judge(name, trace, scenario, record(scenario, trace.header.seed, overrides), result);
  } catch (const BadInput& problem) {  // an override that this program cannot follow
    result.what = problem.what();
  }
  return result;
}

void Corpus::judge(const std::string& name, const checkers::Trace& trace, const scenarios::Scenario& scenario,
                   const Recording& now, CorpusResult& result) {
  const auto where = divergence(trace, now.events);
  const auto& verdict = now.outcome.verdict;
  const auto was_fixed = fixed_.find(name);
  const std::string fixed_in = was_fixed == fixed_.end() ? "" : fmt::format(" (fixed in {})", was_fixed->second);
  if (verdict) {
    const bool another = trace.verdict && !is_of_one_kind(*verdict, *trace.verdict);
    result.state = CorpusState::still_fails;
    result.what = (another ? "another violation: " : "") + in_words(*verdict);
    failing_.push_back(likeness(scenario, *verdict));
  } else if (!trace.verdict) {
    result.state = CorpusState::stays_fixed;
    result.what = "no violation now, and none recorded";
  } else if (!where || where->at_cause) {
    result.state = fixed_in.empty() ? CorpusState::fixed : CorpusState::stays_fixed;
    result.what = "no violation in a run that is as recorded up to the causes of the violation";
    fixed_.try_emplace(name, program_version());
  } else {
    result.not_comparable_since = where->event;
    sweep_anew(scenario, *trace.verdict, result);
  }
  if (!fails(result.state) || fixed_in.empty()) return;
  result.state = CorpusState::regression;
  result.what += fixed_in;
  fixed_.erase(name);
}

void Corpus::sweep_anew(const scenarios::Scenario& scenario, const checkers::Verdict& wanted,
                        CorpusResult& result) const {
  const Summary summary = swept(scenario, sweep_);
  if (!summary.failures.empty()) {
    const auto& [seed, message] = summary.failures.front();
    throw HarnessFailed(fmt::format("{}: seed {}: {}", result.trace, seed, message));
  }
  result.swept = summary.runs;
  result.what = fmt::format("not comparable since event {}; ", *result.not_comparable_since);
  const auto groups = summary.violations.groups();
  const auto same = std::ranges::find_if(
      groups, [&](const ViolationGroup& group) { return is_of_one_kind(group.kept.front().verdict, wanted); });
  if (same != groups.end()) {
    result.state = CorpusState::found_again;
    result.what += fmt::format("in {} of {}, first seed {}: {}", grouped(same->runs), counted(summary.runs, "seed"),
                               same->seeds.front(), in_words(same->kept.front().verdict));
    return;
  }
  result.state = groups.empty() ? CorpusState::not_found : CorpusState::found_another;
  result.what += fmt::format("no {} of this kind in {}", wanted.checker, counted(summary.runs, "seed"));
  if (groups.empty()) return;
  const ViolationGroup most = summary.violations.by_frequency().front();
  result.what += fmt::format(", but another violation in {}, first seed {}: {}", grouped(most.runs), most.seeds.front(),
                             in_words(most.kept.front().verdict));
}

void Corpus::add(const std::string& name, const Recording& recording) {
  const scenarios::Scenario scenario = parse({name, recording.header.scenario}, sweep_.servers);
  const std::string like = likeness(scenario, *recording.outcome.verdict);
  if (std::ranges::find(failing_, like) != failing_.end()) return;
  write(directory_ + "/" + free_name(name), recording);
  failing_.push_back(like);
}

// A trace of that name that is there fails in another way, or not any more: it is of another version of the scenario.
std::string Corpus::free_name(const std::string& name) const {
  const std::string stem = name.substr(0, name.size() - std::string_view(".json").size());
  std::string found = name;
  for (int number = 2; std::filesystem::exists(directory_ + "/" + found); ++number) {
    found = fmt::format("{}-{}.json", stem, number);
  }
  return found;
}

std::map<std::string, std::string> Corpus::read_fixed() const {
  const std::string path = directory_ + "/" + fixed_name;
  std::ifstream file(path);
  if (!file) return {};
  try {
    return nlohmann::json::parse(file).get<std::map<std::string, std::string>>();
  } catch (const nlohmann::json::exception&) {
    throw BadInput(path + ": expected an object that maps names to versions");
  }
}

void Corpus::write_fixed() const {
  const std::string path = directory_ + "/" + fixed_name;
  if (fixed_ == read_fixed()) return;
  write_whole(path, nlohmann::json(fixed_).dump(2) + "\n");
}

}  // namespace raftsim::tools
