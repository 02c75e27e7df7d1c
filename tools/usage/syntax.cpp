#include "tools/usage/syntax.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>

namespace raftsim::tools {

namespace {

OptionSyntax option_syntax(const CLI::Option& option) {
  OptionSyntax syntax;
  const bool is_flag = option.get_items_expected_max() == 0;
  syntax.name = option.get_lnames().empty() ? option.get_name() : "--" + option.get_lnames().front();
  if (!option.get_snames().empty()) syntax.short_name = "-" + option.get_snames().front();
  if (!is_flag) syntax.value = option.get_type_name();
  syntax.what = option.get_description();
  syntax.group = option.get_group();
  syntax.default_value = option.get_default_str();
  syntax.required = option.get_required();
  syntax.repeatable = option.get_expected_max() > 1;
  return syntax;
}

CommandSyntax command_syntax(const CLI::App& app) {
  CommandSyntax syntax{app.get_name(), app.get_description(), {}, {}, app.get_footer()};
  for (const CLI::Option* option : app.get_options()) {
    (option->get_positional() ? syntax.arguments : syntax.options).push_back(option_syntax(*option));
  }
  return syntax;
}

}  // namespace

const OptionSyntax* CommandSyntax::option(std::string_view name) const {
  const auto found = std::ranges::find(options, name, &OptionSyntax::name);
  return found == options.end() ? nullptr : &*found;
}

const CommandSyntax& Syntax::command(std::string_view name) const {
  const auto found = std::ranges::find(commands, name, &CommandSyntax::name);
  return found == commands.end() ? program : *found;
}

Syntax syntax_of(const CLI::App& app) {
  Syntax syntax{command_syntax(app), {}};
  syntax.program.name.clear();
  for (const CLI::App* command : app.get_subcommands(nullptr)) syntax.commands.push_back(command_syntax(*command));
  return syntax;
}

}  // namespace raftsim::tools
