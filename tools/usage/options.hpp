// Options of the kinds that raftsim has, which refuse what CLI11 would let pass.
#pragma once

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <limits>
#include <string>
#include <type_traits>

#include "tools/terminal/console.hpp"

namespace raftsim::tools {

// CLI11 takes -1 for the largest number of all, 010 for eight, and cuts off what is too large.
template <class Number>
std::string check_number(std::string& text) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc::result_out_of_range) {
    return fmt::format("expected a whole number up to {}, found '{}'", std::numeric_limits<Number>::max(), text);
  }
  if (error != std::errc() || end != text.data() + text.size()) {
    return fmt::format("expected a whole number, found '{}'", text);
  }
  text = std::to_string(number);
  return "";
}

// A whole number in decimal digits. Its default is shown unless it has none.
template <class Number>
CLI::Option* add_number(CLI::App& command, const char* name, Number& number, const char* type, const char* what) {
  const auto check = [] {
    if constexpr (std::is_integral_v<Number>) return check_number<Number>;
    if constexpr (!std::is_integral_v<Number>) return check_number<typename Number::value_type>;
  }();
  CLI::Option* option = command.add_option(name, number, what)->type_name(type)->transform(CLI::Validator(check, ""));
  if constexpr (std::is_integral_v<Number>) option->capture_default_str();
  return option;
}

// Refuses an empty text. It is a variable that a script forgot to set, and must not mean "all seeds", or "nowhere".
[[nodiscard]] CLI::Validator given(const std::string& type);

// A text that must not be empty. Its default is shown.
CLI::Option* add_text(CLI::App& command, const char* name, std::string& text, const char* type, const char* what);

// May be given several times, each time with one text.
CLI::Option* add_texts(CLI::App& command, const char* name, std::vector<std::string>& texts, const char* type,
                       const char* what);

CLI::Option* add_format(CLI::App& command, Format& format);

}  // namespace raftsim::tools
