// The command line as data, for what is generated from it: shell completion, the manual page, hints in errors.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace raftsim::tools {

// An option ("--seeds") or an argument without a name of its own ("scenario").
struct OptionSyntax {
  std::string name;
  std::string short_name;  // "-h"; mostly empty
  std::string value;       // what it takes: "N", "SCENARIO"; empty for a flag
  std::string what;
  std::string group;          // its heading in the help
  std::string default_value;  // empty when there is none to show
  bool required = false;
  bool repeatable = false;
};

struct CommandSyntax {
  std::string name;  // empty for the program itself
  std::string what;
  std::vector<OptionSyntax> arguments;
  std::vector<OptionSyntax> options;
  std::string notes;  // below the options in the help, examples included

  // Null when it has none of that name, "--seeds".
  [[nodiscard]] const OptionSyntax* option(std::string_view name) const;
};

struct Syntax {
  CommandSyntax program;
  std::vector<CommandSyntax> commands;

  // The program itself when there is no subcommand of that name.
  [[nodiscard]] const CommandSyntax& command(std::string_view name) const;
};

[[nodiscard]] Syntax syntax_of(const CLI::App& app);

}  // namespace raftsim::tools
