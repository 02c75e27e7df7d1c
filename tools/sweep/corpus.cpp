#include "tools/sweep/corpus.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>

#include "checkers/trace/atomic_file.hpp"
#include "checkers/trace/json.hpp"
#include "scenarios/scenario_json.hpp"
#include "tools/commands/replay.hpp"
#include "tools/exit_code.hpp"
#include "tools/runs/decisions.hpp"
#include "tools/runs/output_directory.hpp"
#include "tools/runs/scenario_choice.hpp"
#include "tools/runs/seed_runner.hpp"
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

CorpusState state_of(bool violated, bool was_fixed) {
  if (violated) return was_fixed ? CorpusState::regression : CorpusState::still_fails;
  return was_fixed ? CorpusState::stays_fixed : CorpusState::fixed;
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
    case CorpusState::unreadable:
      return "unreadable";
  }
  return "";
}

Corpus::Corpus(std::string directory) : directory_(std::move(directory)) {
  prepare_directory(directory_);
  fixed_ = read_fixed();
}

std::vector<CorpusResult> Corpus::run() {
  std::vector<CorpusResult> results;
  for (const std::string& name : traces_in(directory_)) results.push_back(run(name));
  write_fixed();
  return results;
}

CorpusResult Corpus::run(const std::string& name) {
  CorpusResult result{directory_ + "/" + name, CorpusState::unreadable, ""};
  scenarios::Scenario scenario;
  std::uint64_t seed = 0;
  std::vector<sim::Override> overrides;
  try {
    const checkers::Trace trace = checkers::read_trace(result.trace);
    scenario = scenario_of(trace, result.trace);
    seed = trace.header.seed;
    overrides = overrides_of(trace, result.trace, scenario);
  } catch (const std::exception& problem) {  // TraceError, ScenarioError, BadInput
    result.what = problem.what();
    if (result.what.starts_with(result.trace + ": ")) result.what.erase(0, result.trace.size() + 2);
    return result;
  }
  RunResult now;
  try {
    now = SeedRunner(scenario, std::move(overrides))(seed, false);
  } catch (const sim::BadOverride& bad) {
    result.what = in_words(bad, scenario);
    return result;
  }
  if (!now.failure.empty()) throw HarnessFailed(fmt::format("{}: {}", result.trace, now.failure));
  const auto& verdict = now.outcome.verdict;
  result.state = state_of(verdict.has_value(), fixed_.contains(name));
  result.what = verdict ? verdict->checker + ": " + verdict->seen : "no violation";
  if (result.state == CorpusState::regression) result.what += fmt::format(" (fixed in {})", fixed_[name]);
  if (verdict) {
    failing_.push_back(likeness(scenario, *verdict));
    fixed_.erase(name);
  } else {
    fixed_.try_emplace(name, program_version());
  }
  return result;
}

void Corpus::add(const std::string& name, const Recording& recording) {
  const scenarios::Scenario scenario = parse({name, recording.header.scenario});
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
    throw BadInput(path + ": expected an object of names and versions");
  }
}

void Corpus::write_fixed() const {
  const std::string path = directory_ + "/" + fixed_name;
  if (fixed_ == read_fixed()) return;
  try {
    checkers::AtomicFile file(path);
    file.write(nlohmann::json(fixed_).dump(2) + "\n");
    file.commit();
  } catch (const std::system_error& problem) {
    throw BadInput(fmt::format("{}: cannot be written to: {}", path, problem.code().message()));
  }
}

}  // namespace raftsim::tools
