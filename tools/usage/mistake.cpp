#include "tools/usage/mistake.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <optional>

#include "scenarios/nearest.hpp"
#include "tools/runs/scenario_choice.hpp"
#include "tools/terminal/wording.hpp"

namespace raftsim::tools {

namespace {

std::optional<std::string> nearest_option(const std::string& name, const CommandSyntax& command) {
  std::vector<std::string_view> names;
  for (const OptionSyntax& option : command.options) names.push_back(option.name);
  const auto found = scenarios::nearest(name, names);
  return found ? std::optional(std::string(*found)) : std::nullopt;
}

// "sweep and merge have --junit"; empty when no subcommand has it.
std::string owners_of(const std::string& option, const Syntax& syntax) {
  std::vector<std::string> owners;
  for (const CommandSyntax& command : syntax.commands) {
    if (command.option(option) != nullptr) owners.push_back(command.name);
  }
  if (owners.empty()) return "";
  std::string text = owners.front();
  for (std::size_t i = 1; i < owners.size(); ++i) text += (i + 1 == owners.size() ? " and " : ", ") + owners[i];
  return fmt::format("{} {} {}", text, owners.size() == 1 ? "has" : "have", option);
}

// What is wrong, and whether it says by itself what to do.
struct Finding {
  std::string text;
  bool suggests = false;
};

Finding unknown_option(const std::string& word, const Misuse& misuse, const Syntax& syntax) {
  const std::string name = one_line(word.substr(0, word.find('=')));
  if (!misuse.subcommand.empty() && syntax.command(misuse.subcommand).option(name) != nullptr) {
    return {fmt::format("{} must follow the subcommand", name), false};
  }
  const auto meant = nearest_option(name, syntax.command(misuse.subcommand));
  const std::string owners = owners_of(name, syntax);
  std::string text = "unknown option " + name;
  if (meant)
    return {text + fmt::format("; did you mean {}?{}", *meant, owners.empty() ? "" : " (" + owners + ")"), true};
  if (owners.empty()) return {text, false};
  return {fmt::format("{}; {}{}", text, owners, misuse.subcommand.empty() ? ": write the subcommand first" : ""), true};
}

Finding unexpected_argument(const std::string& word, const Misuse& misuse, const Syntax& syntax) {
  const CommandSyntax& command = syntax.command(misuse.subcommand);
  const std::string text = fmt::format("unexpected argument '{}'", one_line(word));
  if (const auto meant = nearest_option("--" + word, command); meant && !word.empty()) {
    return {text + fmt::format("; did you mean {}?", *meant), true};
  }
  if (command.arguments.empty()) return {text + ": it takes none", false};
  return {text + fmt::format(": it takes one {}", command.arguments.front().value), false};
}

// CLI11 begins its messages with the name of the option or argument.
std::string subject_of(const CLI::ParseError& problem) {
  const std::string text = problem.what();
  return text.substr(0, text.find_first_of(": "));
}

Finding wrong_number_of_values(const Misuse& misuse, const Syntax& syntax) {
  const std::string name = subject_of(misuse.problem);
  const OptionSyntax* option = syntax.command(misuse.subcommand).option(name);
  if (option == nullptr) return {misuse.problem.what(), false};
  const bool is_missing = std::string_view(misuse.problem.what()).find("missing") != std::string_view::npos;
  return {is_missing ? fmt::format("{} needs a value: {}", name, option->value) : name + " is given more than once",
          false};
}

Finding finding(const Misuse& misuse, const Syntax& syntax) {
  // Before what is missing: `sweep --sedes 5` lacks a scenario only because of the slip.
  for (const std::string& word : misuse.unexpected) {
    if (word.size() > 1 && word.starts_with('-') && word != "--") return unknown_option(word, misuse, syntax);
  }
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&misuse.problem) != nullptr) {
    return wrong_number_of_values(misuse, syntax);
  }
  for (const std::string& word : misuse.unexpected) {
    if (word != "--") return unexpected_argument(word, misuse, syntax);
  }
  if (dynamic_cast<const CLI::RequiredError*>(&misuse.problem) != nullptr) {
    if (misuse.subcommand.empty()) return {"no subcommand given", false};
    const auto& arguments = syntax.command(misuse.subcommand).arguments;
    const auto missing = std::ranges::find(arguments, subject_of(misuse.problem), &OptionSyntax::name);
    if (missing != arguments.end()) return {fmt::format("no {} given", missing->value), false};
  }
  return {misuse.problem.what(), false};
}

std::string see_help(const std::string& command, const std::string& subcommand) {
  return fmt::format(" (see {} {}--help)", quoted_for_shell(command), subcommand.empty() ? "" : subcommand + " ");
}

}  // namespace

std::string in_words(const Misuse& misuse, const Syntax& syntax, const std::string& command) {
  const auto [text, suggests] = finding(misuse, syntax);
  const std::string prefix = misuse.subcommand.empty() ? "" : misuse.subcommand + ": ";
  return prefix + one_line(text) + (suggests ? "" : see_help(command, misuse.subcommand));
}

std::string wrong_value(const std::vector<std::string>& words, const Syntax& syntax, const std::string& command) {
  if (words.empty()) return "";
  const CommandSyntax& chosen = syntax.command(words.front());
  const auto problem = [&](const std::string& text) {
    return fmt::format("{}: {}{}", chosen.name, text, see_help(command, chosen.name));
  };
  const auto option_of = [&](const std::string& word) { return chosen.option(word.substr(0, word.find('='))); };
  for (std::size_t i = 1; i < words.size() && words[i] != "--"; ++i) {
    const OptionSyntax* option = option_of(words[i]);
    if (option == nullptr) continue;
    if (words[i].size() > option->name.size()) {
      if (option->value.empty()) return problem(option->name + " takes no value");
    } else if (!option->value.empty()) {
      const bool is_missing = i + 1 == words.size() || option_of(words[i + 1]) != nullptr;
      if (is_missing) return problem(fmt::format("{} needs a value: {}", option->name, option->value));
      ++i;  // its value
    }
  }
  return "";
}

std::string unknown_subcommand(const std::string& name, const Syntax& syntax, const std::string& command) {
  const auto known = scenario_names();
  if (std::ranges::find(known, name) != known.end()) {
    return fmt::format("unknown subcommand '{0}': to run the scenario {0}, type {1} sweep {0}", name,
                       quoted_for_shell(command));
  }
  if (syntax.program.option("--" + name) != nullptr) {
    return fmt::format("unknown subcommand '{0}'; did you mean --{0}?", name);
  }
  std::vector<std::string_view> names;
  for (const CommandSyntax& each : syntax.commands) names.push_back(each.name);
  const std::string text = scenarios::unknown("subcommand", name, names);
  return text.ends_with('?') ? text : text + see_help(command, "");
}

}  // namespace raftsim::tools
