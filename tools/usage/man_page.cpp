#include "tools/usage/man_page.hpp"

#include <fmt/format.h>

#include <sstream>
#include <string_view>

#include "tools/version.hpp"

namespace raftsim::tools {

namespace {

// Text that roff takes for nothing but text. A plain '-' may become a hyphen, which nobody can paste.
std::string roff(std::string_view text) {
  std::string escaped;
  if (text.starts_with('.') || text.starts_with('\'')) escaped = "\\&";
  for (const char c : text) {
    if (c == '\\') {
      escaped += "\\e";
    } else if (c == '-') {
      escaped += "\\-";
    } else if (c == '\'') {
      escaped += "\\(aq";
    } else if (c == '`') {
      escaped += "\\(ga";
    } else if (c == '^') {
      escaped += "\\(ha";
    } else if (c == '~') {
      escaped += "\\(ti";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string in_bold(std::string_view text) { return "\\fB" + roff(text) + "\\fR"; }
std::string in_italics(std::string_view text) { return "\\fI" + roff(text) + "\\fR"; }

// Lines that are indented stay as they are; others are a paragraph.
std::string roff_notes(const std::string& notes) {
  std::string text = ".PP\n";
  bool in_block = false;
  const auto set_block = [&](bool wanted) {
    if (in_block != wanted) text += wanted ? ".RS 4\n.nf\n" : ".fi\n.RE\n";
    in_block = wanted;
  };
  std::istringstream lines(notes);
  for (std::string line; std::getline(lines, line);) {
    set_block(line.starts_with("  "));
    text += line.empty() ? ".PP\n" : roff(line.substr(in_block ? 2 : 0)) + "\n";
  }
  set_block(false);
  return text;
}

std::string roff_option(const OptionSyntax& option) {
  std::string text = ".TP\n";
  if (!option.short_name.empty()) text += in_bold(option.short_name) + ", ";
  text += in_bold(option.name);
  if (!option.value.empty()) text += " " + in_italics(option.value);
  text += "\n" + roff(option.what);
  if (!option.default_value.empty()) text += roff(" [" + option.default_value + "]");
  return text + "\n";
}

std::string roff_command(const CommandSyntax& command) {
  std::string text = fmt::format(".SS {}\n{}.\n.PP\n{} {} [{}]", roff(command.name), roff(command.what),
                                 in_bold("raftsim"), in_bold(command.name), in_italics("OPTIONS"));
  for (const OptionSyntax& argument : command.arguments) {
    const std::string value = in_italics(argument.value) + (argument.repeatable ? " ..." : "");
    text += argument.required ? " " + value : " [" + value + "]";
  }
  text += "\n";
  for (const OptionSyntax& argument : command.arguments) {
    text += fmt::format(".TP\n{}\n{}\n", in_italics(argument.value), roff(argument.what));
  }
  for (const OptionSyntax& option : command.options) text += roff_option(option);
  return text + roff_notes(command.notes);
}

}  // namespace

std::string man_page(const Syntax& syntax) {
  std::string text = fmt::format(".TH RAFTSIM 1 \"\" \"raftsim {}\" \"User Commands\"\n", roff(program_version()));
  // No hyphens, and no blanks to make lines even: what stands here is typed into shells.
  text += ".nh\n.ad l\n";
  text += ".SH NAME\nraftsim \\- deterministic simulator and fault injection for Raft\n";
  text +=
      fmt::format(".SH SYNOPSIS\n{} {} [{}]\n", in_bold("raftsim"), in_italics("SUBCOMMAND"), in_italics("OPTIONS"));
  text += fmt::format(".SH DESCRIPTION\n{}\n", roff(syntax.program.what)) + roff_notes(syntax.program.notes);
  text += ".SH OPTIONS\n";
  for (const OptionSyntax& option : syntax.program.options) text += roff_option(option);
  text += ".SH SUBCOMMANDS\n";
  for (const CommandSyntax& command : syntax.commands) text += roff_command(command);
  return text;
}

}  // namespace raftsim::tools
