#include "tools/terminal/wording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace raftsim::tools {

std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t i = text.size(); i > 3; i -= 3) text.insert(i - 3, 1, ',');
  return text;
}

double seconds(std::chrono::nanoseconds duration) { return std::chrono::duration<double>(duration).count(); }

std::string span_of(std::chrono::nanoseconds duration) {
  using namespace std::chrono_literals;
  if (duration > 0ns && duration < 1us) return fmt::format("{} ns", duration.count());  // not 3e-06 ms
  if (duration < 1s) return fmt::format("{:.4g} ms", seconds(duration) * 1000);
  if (duration < 1min) return fmt::format("{:.4g} s", seconds(duration));
  const auto whole = std::chrono::round<std::chrono::seconds>(duration).count();
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  if (whole / 3600 < 48) return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
  return fmt::format("{} days {} h", whole / 86400, whole % 86400 / 3600);
}

std::string hexadecimal(std::uint64_t digest) { return fmt::format("{:016x}", digest); }

std::uint64_t per_second(std::uint64_t count, std::chrono::nanoseconds duration) {
  if (duration.count() <= 0) return 0;
  return static_cast<std::uint64_t>(std::llround(static_cast<double>(count) / seconds(duration)));
}

std::string paragraph(std::string_view text, std::size_t indent, std::size_t width) {
  std::string result;
  std::string line;
  const auto end_line = [&] {
    if (!line.empty()) result += std::string(indent, ' ') + line + "\n";
    line.clear();
  };
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find_first_of(" \n"));
    const bool ends_paragraph = text.substr(word.size()).starts_with("\n\n");
    text.remove_prefix(std::min(text.size(), word.size() + (ends_paragraph ? 2 : 1)));
    if (!line.empty() && indent + line.size() + 1 + word.size() > width) end_line();
    if (!line.empty() && !word.empty()) line += ' ';
    line += word;
    if (!ends_paragraph) continue;
    end_line();
    result += '\n';
  }
  end_line();
  return result;
}

std::string counted(std::uint64_t count, std::string_view thing) {
  return fmt::format("{} {}{}", grouped(count), thing, count == 1 ? "" : "s");
}

std::string one_line(std::string_view text) {
  std::string line(text);
  while (!line.empty() && line.back() == '\n') line.pop_back();
  std::replace_if(line.begin(), line.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
  return line;
}

std::string quoted_for_shell(const std::string& text) {
  const auto is_plain = [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-' || c == '/' || c == '=' || c == ':' || c == '+';
  };
  if (!text.empty() && std::ranges::all_of(text, is_plain)) return text;
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

std::string as_options(const std::vector<std::string>& settings) {
  std::string text;
  for (const std::string& setting : settings) text += (text.empty() ? "--set " : " --set ") + quoted_for_shell(setting);
  return text;
}

std::string swarm_row(const std::vector<std::string>& settings) {
  return settings.empty() ? "" : "  swarm         " + as_options(settings) + "\n";
}

}  // namespace raftsim::tools
