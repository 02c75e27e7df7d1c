// Bash runs a function, which sees the words so far in COMP_WORDS and leaves what may follow in COMPREPLY. Works from
// bash 3.2 on, and without the package bash-completion.
#include <fmt/format.h>

#include <algorithm>

#include "tools/terminal/wording.hpp"
#include "tools/usage/completion.hpp"
#include "tools/usage/values.hpp"

namespace raftsim::tools {

namespace {

constexpr const char* bash_head = R"(# Completion of raftsim for bash. To load it:  source <({0} completion bash)

# Offers the words among $2... that begin with $1.
_raftsim_offer() {{
  local begun=$1 word
  shift
  for word in "$@"; do
    [[ $word == "$begun"* ]] && COMPREPLY+=("$word")
  done
}}

# Offers files, or with "-d" directories, that begin with $2.
_raftsim_files() {{
  local name
  while IFS= read -r name; do COMPREPLY+=("$name"); done < <(compgen "$1" -- "$2")
  compopt -o filenames 2>/dev/null
}}

)";

// Bash takes --format=json and PATH=VALUE for three words each.
constexpr const char* bash_begin = R"(_raftsim() {
  local cur=${COMP_WORDS[COMP_CWORD]} last=$((COMP_CWORD - 1)) command=${COMP_WORDS[1]} options= type=
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then command=; fi
  if [[ $cur == '=' ]]; then
    cur=
  elif ((last > 0)) && [[ ${COMP_WORDS[last]} == '=' ]]; then
    last=$((last - 1))
  fi
  if ((last > 1)) && [[ ${COMP_WORDS[last]} == without && ${COMP_WORDS[last - 1]} == --set ]]; then
    _raftsim_checkers "$cur"
    return
  fi
)";

constexpr const char* bash_end = R"(  if [[ -n $type ]]; then
    _raftsim_values "$type" "$cur"
  elif [[ $cur == -* ]]; then
    _raftsim_offer "$cur" $options
  else
    _raftsim_values "$argument" "$cur"
  fi
}
)";

// Words for a shell's array, in lines.
std::string shell_words(const std::vector<std::string>& words, std::size_t indent) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + quoted_for_shell(word);
  std::string lines = paragraph(text, indent, 110);
  for (std::size_t at = lines.find('\n'); at + 1 < lines.size() && at != std::string::npos; at = lines.find('\n', at)) {
    lines.insert(at, " \\");
    at += 3;
  }
  return lines;
}

std::string bash_values(const Syntax& syntax) {
  std::string text = "# Offers the values of type $1 that begin with $2.\n_raftsim_values() {\n  case $1 in\n";
  for (const std::string& type : types_with_values(syntax)) {
    const Values values = values_of(type);
    text += fmt::format("    {})\n", quoted_for_shell(type));
    if (!values.words.empty()) text += "      _raftsim_offer \"$2\" \\\n" + shell_words(values.words, 8);
    if (values.files) text += "      _raftsim_files -f \"$2\"\n";
    if (values.directories) text += "      _raftsim_files -d \"$2\"\n";
    if (values.unfinished) text += "      compopt -o nospace 2>/dev/null\n";
    text += "      ;;\n";
  }
  return text + "  esac\n}\n\n";
}

// In quotes for the shell; within quotes that were typed already, as what follows them.
std::string bash_checkers() {
  std::vector<std::string> quoted;
  for (const std::string& list : lists_of_a_checker()) quoted.push_back(fmt::format("'{}'", list));
  std::vector<std::string> words;
  std::ranges::transform(quoted, std::back_inserter(words), quoted_for_shell);
  std::string text = "# Offers the values of --set without= that begin with $1.\n_raftsim_checkers() {\n";
  std::string joined;
  for (const std::string& word : words) joined += "    " + word + " \\\n";
  return text + "  _raftsim_offer \"$1\" \\\n" + joined.substr(0, joined.size() - 3) + "\n" +
         "  if [[ $1 == \\'* ]]; then COMPREPLY=(\"${COMPREPLY[@]#\\'}\"); fi\n}\n\n";
}

std::string bash_command(const CommandSyntax& command) {
  std::string options;
  for (const OptionSyntax& option : command.options) options += (options.empty() ? "" : " ") + option.name;
  const std::string argument = command.arguments.empty() ? "" : command.arguments.front().value;
  std::string text =
      fmt::format("    {})\n      argument={} options='{}'\n", command.name, quoted_for_shell(argument), options);
  text += "      case ${COMP_WORDS[last]} in\n";
  for (const OptionSyntax& option : command.options) {
    if (!option.value.empty())
      text += fmt::format("        {}) type={} ;;\n", option.name, quoted_for_shell(option.value));
  }
  return text + "      esac\n      ;;\n";
}

std::string bash_commands(const Syntax& syntax) {
  std::string names;
  std::string text = "  local argument=\n  case $command in\n";
  for (const CommandSyntax& command : syntax.commands) {
    names += (names.empty() ? "" : " ") + command.name;
    text += bash_command(command);
  }
  std::string options;
  for (const OptionSyntax& option : syntax.program.options) options += " " + option.name;
  return text + fmt::format(
                    "    '')\n      options='{0}'\n      if [[ $cur != -* ]]; then _raftsim_offer \"$cur\" {1}; fi\n   "
                    "   ;;\n  esac\n",
                    options.substr(std::min<std::size_t>(1, options.size())), names);
}

}  // namespace

std::string bash_completion(const Syntax& syntax, const std::string& command) {
  std::string text = fmt::format(fmt::runtime(bash_head), quoted_for_shell(command));
  text += bash_values(syntax) + bash_checkers() + bash_begin + bash_commands(syntax) + bash_end;
  text += "\ncomplete -F _raftsim raftsim";
  if (command != "raftsim") text += " " + quoted_for_shell(command);
  return text + "\n";
}

}  // namespace raftsim::tools
