#include "tools/runs/scenario_choice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "scenarios/known_bugs.hpp"
#include "scenarios/nearest.hpp"
#include "scenarios/scenario_json.hpp"
#include "tools/exit_code.hpp"

namespace raftsim::tools {

namespace {

std::string read_file(const std::string& path) {
  std::error_code problem;
  if (std::filesystem::is_directory(path, problem)) throw BadInput(path + ": is a directory, not a scenario file");
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) throw BadInput(fmt::format("{}: cannot be read: {}", path, std::strerror(errno)));
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (file.bad()) throw BadInput(path + ": cannot be read");
  return text;
}

// One file, or one that is built in.
ScenarioText text_named(const std::string& name_or_path) {
  for (const scenarios::BuiltinScenario& builtin : scenarios::builtin_scenarios()) {
    if (builtin.name == name_or_path) return {name_or_path + ".json", std::string(builtin.json)};
  }
  for (const scenarios::BuiltinSuite& suite : scenarios::builtin_suites()) {
    for (const scenarios::BuiltinScenario& builtin : suite.scenarios) {
      if (builtin.name == name_or_path) return {name_or_path + ".json", std::string(builtin.json)};
    }
  }
  if (suite_named(name_or_path) != nullptr) {
    throw BadInput(fmt::format("{}: is a suite: only sweep and scenarios take one", name_or_path));
  }
  const bool is_path = name_or_path.find('/') != std::string::npos || name_or_path.ends_with(".json");
  if (is_path) return {name_or_path, read_file(name_or_path)};
  auto known = scenario_names();
  for (const scenarios::BuiltinSuite& suite : scenarios::builtin_suites()) known.push_back(suite.name);
  throw BadInput(scenarios::unknown("scenario", name_or_path, known));
}

// What a file includes: a scenario that is built in, or a path relative to that file's folder.
ScenarioText included(const std::string& name, const std::string& from) {
  const bool is_path = name.find('/') != std::string::npos || name.ends_with(".json");
  try {
    return text_named(is_path ? (std::filesystem::path(from).parent_path() / name).lexically_normal().string() : name);
  } catch (const BadInput& problem) {
    throw BadInput(fmt::format("{}: include: {}", from, problem.what()));
  }
}

}  // namespace

ScenarioText scenario_text(const std::string& name_or_path) {
  return scenarios::with_includes(text_named(name_or_path), included);
}

scenarios::Scenario parse(const ScenarioText& text, const scenarios::ServerKinds& servers) {
  scenarios::Scenario scenario = scenarios::scenario_from_json(text.json, text.origin);
  scenarios::choose_server(scenario, servers);
  return scenario;
}

scenarios::Scenario load(const ScenarioChoice& choice, const scenarios::ServerKinds& servers) {
  const ScenarioText text = scenario_text(choice.scenario);
  scenarios::Scenario scenario = scenarios::scenario_with_settings(text.json, text.origin, choice.settings);
  plant(scenario, choice.mutations);
  scenarios::choose_server(scenario, servers);
  return scenario;
}

void plant(scenarios::Scenario& scenario, const std::vector<std::string>& mutations) {
  for (const std::string& name : mutations) {
    const auto mutation = scenarios::mutation_named(name);
    if (!mutation) throw BadInput(scenarios::unknown("mutation", name, mutation_names()));
    scenario.raft.mutations.plant(*mutation);
  }
}

std::vector<std::string> planted(const scenarios::Scenario& scenario) {
  std::vector<std::string> names;
  for (const scenarios::KnownBug& info : scenarios::known_bugs()) {
    if (scenario.raft.mutations.has(info.mutation)) names.emplace_back(info.name);
  }
  return names;
}

std::vector<std::string_view> scenario_names() {
  std::vector<std::string_view> names;
  std::ranges::transform(scenarios::builtin_scenarios(), std::back_inserter(names), &scenarios::BuiltinScenario::name);
  return names;
}

const scenarios::BuiltinSuite* suite_named(std::string_view name) {
  for (const scenarios::BuiltinSuite& suite : scenarios::builtin_suites()) {
    if (suite.name == name) return &suite;
  }
  return nullptr;
}

std::vector<std::string_view> mutation_names() {
  std::vector<std::string_view> names;
  std::ranges::transform(scenarios::known_bugs(), std::back_inserter(names), &scenarios::KnownBug::name);
  return names;
}

}  // namespace raftsim::tools
