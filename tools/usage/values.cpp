#include "tools/usage/values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "checkers/suite.hpp"
#include "scenarios/scenario.hpp"
#include "scenarios/scenario_json.hpp"
#include "tools/inspect/selection.hpp"
#include "tools/runs/scenario_choice.hpp"

namespace raftsim::tools {

namespace {

std::vector<std::string> copied(const std::vector<std::string_view>& names) { return {names.begin(), names.end()}; }

std::vector<std::string> scenarios_and_suites() {
  auto names = copied(scenario_names());
  for (const scenarios::BuiltinSuite& suite : scenarios::builtin_suites()) names.emplace_back(suite.name);
  return names;
}

void add_paths(const nlohmann::ordered_json& json, const std::string& path, std::vector<std::string>& paths) {
  for (const auto& [key, value] : json.items()) {
    const std::string here = path.empty() ? key : path + "." + key;
    if (value.is_object() && !value.empty()) {
      add_paths(value, here, paths);
    } else {
      paths.push_back(here + "=");
    }
  }
}

// What --set can change in any scenario. A scenario's own faults are not among them.
std::vector<std::string> setting_paths() {
  std::vector<std::string> paths;
  add_paths(nlohmann::ordered_json::parse(scenarios::to_json(scenarios::Scenario())), "", paths);
  return paths;
}

std::vector<std::string> all_kinds() {
  std::vector<std::string> names;
  for (const Kinds& kinds : known_kinds()) names.insert(names.end(), kinds.names.begin(), kinds.names.end());
  return names;
}

}  // namespace

Values values_of(std::string_view type) {
  if (type == "SCENARIO") return {.words = scenarios_and_suites(), .files = true};
  if (type == "MUTATION") return {.words = copied(mutation_names())};
  if (type == "PATH=VALUE") return {.words = setting_paths(), .unfinished = true};
  if (type == "FORMAT") return {.words = {"text", "json"}};
  if (type == "SHELL") return {.words = copied({std::begin(shells), std::end(shells)})};
  if (type == "KIND") return {.words = all_kinds()};
  if (type == "S|random") return {.words = {"random"}};
  if (type == "violation|EVENT") return {.words = {"violation"}};
  if (type == "FILE" || type == "DIR|FILE") return {.words = {}, .files = true};
  if (type == "DIR") return {.words = {}, .directories = true};
  return {};
}

std::vector<std::string> types_with_values(const Syntax& syntax) {
  std::vector<std::string> types;
  for (const CommandSyntax& command : syntax.commands) {
    for (const auto* options : {&command.arguments, &command.options}) {
      for (const OptionSyntax& option : *options) {
        const bool is_new = std::ranges::find(types, option.value) == types.end();
        if (is_new && !values_of(option.value).none()) types.push_back(option.value);
      }
    }
  }
  return types;
}

std::vector<std::string> lists_of_a_checker() {
  std::vector<std::string> lists;
  for (const std::string_view name : checkers::checker_names()) lists.push_back(fmt::format("[\"{}\"]", name));
  return lists;
}

}  // namespace raftsim::tools
