// Zsh completes with _arguments, which wants '--option[what it does]:VALUE:how to complete it' for each option.
#include <fmt/format.h>

#include "tools/terminal/wording.hpp"
#include "tools/usage/completion.hpp"
#include "tools/usage/values.hpp"

namespace raftsim::tools {

namespace {

// A description within a specification: brackets and colons would end it.
std::string zsh_text(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

// The name of the function that completes a type: "_raftsim_path_value".
std::string zsh_function(const std::string& type) {
  std::string name = "_raftsim_";
  for (const char c : type) {
    const bool is_letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    name += is_letter ? static_cast<char>(c | 0x20) : '_';
  }
  return name;
}

std::string zsh_action(const std::string& type) { return values_of(type).none() ? " " : zsh_function(type); }

std::string zsh_words(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += " " + quoted_for_shell(word);
  return text;
}

std::string zsh_values(const Syntax& syntax) {
  std::string text;
  for (const std::string& type : types_with_values(syntax)) {
    const Values values = values_of(type);
    text += zsh_function(type) + "() {\n";
    if (values.unfinished) {
      std::vector<std::string> checkers;
      for (const std::string& list : lists_of_a_checker()) checkers.push_back("without=" + list);
      text += "  if [[ $PREFIX == without=* ]]; then\n    compadd --" + zsh_words(checkers) + "\n    return\n  fi\n";
    }
    if (!values.words.empty()) {
      text += fmt::format("  compadd{} --{}\n", values.unfinished ? " -S ''" : "", zsh_words(values.words));
    }
    if (values.files) text += "  _files\n";
    if (values.directories) text += "  _files -/\n";
    text += "}\n\n";
  }
  return text;
}

std::string zsh_specification(const OptionSyntax& option) {
  std::string spec = (option.repeatable ? "*" : "") + option.name + "[" + zsh_text(option.what) + "]";
  if (!option.value.empty()) spec += fmt::format(":{}:{}", zsh_text(option.value), zsh_action(option.value));
  return quoted_for_shell(spec);
}

std::string zsh_specification_of_argument(const OptionSyntax& argument) {
  return quoted_for_shell(
      fmt::format("{}:{}:{}", argument.repeatable ? "*" : "1", zsh_text(argument.value), zsh_action(argument.value)));
}

std::string zsh_arguments(const CommandSyntax& command, const std::string& indent) {
  std::string text = "_arguments";
  for (const OptionSyntax& option : command.options) text += " \\\n" + indent + "  " + zsh_specification(option);
  for (const OptionSyntax& argument : command.arguments) {
    text += " \\\n" + indent + "  " + zsh_specification_of_argument(argument);
  }
  return text;
}

}  // namespace

std::string zsh_completion(const Syntax& syntax, const std::string& command) {
  const std::string called = command == "raftsim" ? "" : " " + quoted_for_shell(command);
  std::string text = fmt::format(
      "#compdef raftsim{0}\n"
      "# Completion of raftsim for zsh. To load it:  source <({1} completion zsh)\n\n",
      called, quoted_for_shell(command));
  text += zsh_values(syntax);
  text += "_raftsim() {\n  local curcontext=$curcontext state state_descr line\n  typeset -A opt_args\n  ";
  text += zsh_arguments(syntax.program, "  ") + " \\\n    '1:subcommand:->subcommand' '*::argument:->argument'\n";
  text += "  case $state in\n    subcommand)\n      local -a commands\n      commands=(\n";
  for (const CommandSyntax& each : syntax.commands) {
    text += "        " + quoted_for_shell(each.name + ":" + zsh_text(each.what)) + "\n";
  }
  text += "      )\n      _describe subcommand commands\n      ;;\n    argument)\n      case $words[1] in\n";
  for (const CommandSyntax& each : syntax.commands) {
    text += fmt::format("        {})\n          {}\n          ;;\n", each.name, zsh_arguments(each, "          "));
  }
  text += "      esac\n      ;;\n  esac\n}\n\n";
  // The file may be sourced, or found in $fpath, where zsh runs it as the function.
  return text + fmt::format(
                    "if [[ ${{funcstack[1]}} == _raftsim ]]; then\n  _raftsim \"$@\"\nelse\n  compdef _raftsim "
                    "raftsim{}\nfi\n",
                    called);
}

}  // namespace raftsim::tools
