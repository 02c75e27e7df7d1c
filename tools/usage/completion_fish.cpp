// Fish completes by rules: one for each subcommand, option and argument.
#include <fmt/format.h>

#include "tools/terminal/wording.hpp"
#include "tools/usage/completion.hpp"
#include "tools/usage/values.hpp"

namespace raftsim::tools {

namespace {

// Within single quotes, where fish takes a backslash for one only before a quote or another.
std::string fish_quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "'";
}

// The words of -a are read by fish once more, hence the quotes within.
std::string fish_words(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + quoted_for_shell(word);
  return fish_quoted(text);
}

std::string fish_directories(const Values& values) {
  return values.directories ? " -a '(__fish_complete_directories)'" : "";
}

// What may be typed: "-F" is a file too, "-f" is none.
std::string fish_values(const std::string& type) {
  const Values values = values_of(type);
  std::string text = values.files ? " -F" : " -f";
  if (!values.words.empty()) text += " -a " + fish_words(values.words);
  if (values.unfinished) {
    std::vector<std::string> checkers;
    for (const std::string& list : lists_of_a_checker()) checkers.push_back("without=" + list);
    text += " -a " + fish_words(checkers);
  }
  return text + fish_directories(values);
}

std::string fish_option(const OptionSyntax& option) {
  std::string text = fmt::format(" -l {}", option.name.substr(2));
  if (!option.short_name.empty()) text += " -s " + option.short_name.substr(1);
  text += " -d " + fish_quoted(option.what);
  return option.value.empty() ? text : text + " -r" + fish_values(option.value);
}

// By name a program is found in any folder. tools/run is called "run" there, so that it goes by the end of its path.
std::string fish_pattern(std::string command) {
  while (command.starts_with("./") || command.starts_with("../")) command.erase(0, command.find('/') + 1);
  return command.starts_with('/') ? command : "*/" + command;
}

}  // namespace

std::string fish_completion(const Syntax& syntax, const std::string& command) {
  std::string text = fmt::format("# Completion of raftsim for fish. To load it:  {} completion fish | source\n\n",
                                 quoted_for_shell(command));
  text += "function __raftsim_complete\n  complete -c raftsim $argv\n";
  if (command.find('/') != std::string::npos) {
    text += fmt::format("  complete -p {} $argv\n", fish_quoted(fish_pattern(command)));
  }
  text += "end\n\n__raftsim_complete -f\n";
  for (const OptionSyntax& option : syntax.program.options) {
    text += "__raftsim_complete -n __fish_use_subcommand" + fish_option(option) + "\n";
  }
  for (const CommandSyntax& each : syntax.commands) {
    text += fmt::format("__raftsim_complete -n __fish_use_subcommand -a {} -d {}\n", each.name, fish_quoted(each.what));
  }
  for (const CommandSyntax& each : syntax.commands) {
    const std::string rule = fmt::format("__raftsim_complete -n '__fish_seen_subcommand_from {}'", each.name);
    text += "\n";
    for (const OptionSyntax& argument : each.arguments) {
      if (!values_of(argument.value).none()) text += rule + fish_values(argument.value) + "\n";
    }
    for (const OptionSyntax& option : each.options) text += rule + fish_option(option) + "\n";
  }
  return text;
}

}  // namespace raftsim::tools
