#include "tools/usage/options.hpp"

namespace raftsim::tools {

CLI::Validator given(const std::string& type) {
  return {[type](const std::string& text) { return text.empty() ? fmt::format("expected {}, found ''", type) : ""; },
          ""};
}

CLI::Option* add_text(CLI::App& command, const char* name, std::string& text, const char* type, const char* what) {
  CLI::Option* option = command.add_option(name, text, what)->type_name(type)->check(given(type));
  if (!text.empty()) option->capture_default_str();
  return option;
}

CLI::Option* add_texts(CLI::App& command, const char* name, std::vector<std::string>& texts, const char* type,
                       const char* what) {
  return command.add_option(name, texts, what)->type_name(type)->allow_extra_args(false);
}

CLI::Option* add_format(CLI::App& command, Format& format) {
  const auto set = [&format](const std::string& name) {
    if (name != "text" && name != "json") {
      throw CLI::ValidationError("--format", fmt::format("expected text or json, found '{}'", name));
    }
    format = name == "json" ? Format::json : Format::text;
  };
  return command.add_option_function<std::string>("--format", set, "format of standard output: text or json [text]")
      ->type_name("FORMAT");
}

}  // namespace raftsim::tools
