// A number with a fraction at the beginning of a text: "1.5h".
#pragma once

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

namespace raftsim::tools {

struct Decimal {
  double number = 0;
  std::string_view rest;  // what follows it
};

// Digits, with a point among them or not; nothing when the text begins otherwise. (std::from_chars would do, but
// clang's library does not read fractions with it yet.)
[[nodiscard]] inline std::optional<Decimal> decimal_at_start(std::string_view text) {
  const auto end = std::min(text.find_first_not_of("0123456789."), text.size());
  const std::string digits(text.substr(0, end));
  if (digits.find_first_of("0123456789") == std::string::npos || digits.find('.') != digits.rfind('.')) {
    return std::nullopt;
  }
  return Decimal{std::strtod(digits.c_str(), nullptr), text.substr(end)};
}

}  // namespace raftsim::tools
