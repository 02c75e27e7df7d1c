#include "scenarios/json/document.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "scenarios/scenario_json.hpp"

namespace raftsim::scenarios::json {

namespace {

constexpr int deepest = 32;

// Refuses what the parser lets pass: one key twice in an object, and bottomless nesting.
class Strict {
 public:
  explicit Strict(std::string_view origin) : origin_(origin) {}

  bool operator()(int depth, Json::parse_event_t event, Json& parsed) {
    using Event = Json::parse_event_t;
    if (event == Event::object_start || event == Event::array_start) {
      if (depth > deepest) Place{origin_}.fail("at most " + std::to_string(deepest) + " levels of nesting", "more");
    }
    if (event == Event::object_start) keys_.emplace_back();
    if (event == Event::object_end) keys_.pop_back();
    if (event == Event::key) {
      const auto& key = parsed.get_ref<const std::string&>();
      if (!keys_.back().insert(key).second) Place{origin_}.fail("each key once in an object", brief(parsed) + " twice");
    }
    return true;
  }

 private:
  std::string_view origin_;
  std::vector<std::set<std::string>> keys_;  // of the objects that are open
};

std::string line_and_column(std::string_view text, std::size_t byte) {
  const std::string_view before = text.substr(0, std::min(byte == 0 ? 0 : byte - 1, text.size()));
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t column = before.size() - (before.rfind('\n') == before.npos ? 0 : before.rfind('\n') + 1) + 1;
  return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

// The library's account of the error without its own prefix and position.
std::string complaint(std::string_view what) {
  for (const std::string_view prefix : {"while parsing ", "parse error at "}) {
    const auto at = what.find(prefix);
    if (at == what.npos) continue;
    const auto dash = what.find(" - ", at);
    return std::string(what.substr(dash == what.npos ? at : dash + 3));
  }
  return std::string(what);
}

std::string one_line(const Json& value) {
  if (!value.is_structured() || value.empty()) return value.dump(-1, ' ', false, Json::error_handler_t::replace);
  std::string result(1, value.is_object() ? '{' : '[');
  for (auto it = value.begin(); it != value.end(); ++it) {
    if (it != value.begin()) result += ", ";
    if (value.is_object()) result += Json(it.key()).dump() + ": ";
    result += one_line(*it);
  }
  return result + (value.is_object() ? '}' : ']');
}

void print(const Json& value, std::size_t indent, std::size_t used, std::string& out) {
  constexpr std::size_t width = 118;
  const std::string flat = one_line(value);
  if (!value.is_structured() || value.empty() || (indent > 0 && used + flat.size() <= width)) {
    out += flat;
    return;
  }
  const std::string margin(indent + 2, ' ');
  out += value.is_object() ? '{' : '[';
  for (auto it = value.begin(); it != value.end(); ++it) {
    out += it == value.begin() ? "\n" : ",\n";
    const std::string key = value.is_object() ? Json(it.key()).dump() + ": " : "";
    out += margin + key;
    print(*it, indent + 2, margin.size() + key.size(), out);
  }
  out += '\n' + std::string(indent, ' ') + (value.is_object() ? '}' : ']');
}

}  // namespace

Place Place::at(std::string_view key) const {
  return {origin, path.empty() ? std::string(key) : path + '.' + std::string(key)};
}

Place Place::element(const Json& list, std::size_t index) const {
  const Json& item = list[index];
  if (item.is_object() && item.contains("name") && item["name"].is_string()) {
    return at(item["name"].get_ref<const std::string&>());
  }
  return at(std::to_string(index));
}

void Place::fail(const std::string& expected, const std::string& found) const {
  refuse("expected " + expected + ", found " + found);
}

void Place::refuse(std::string problem) const {
  throw ScenarioError(BadScenario{std::string(origin), path, std::move(problem), path});
}

Json parse(std::string_view text, std::string_view origin) {
  // Releases of the library have different words for this one.
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) Place{origin}.fail("JSON", "an empty file");
  try {
    return Json::parse(text, Strict(origin));
  } catch (const Json::parse_error& error) {
    const std::string where = std::string(origin) + ": " + line_and_column(text, error.byte);
    Place{where}.fail("JSON", complaint(error.what()));
  }
}

std::string pretty(const Json& document) {
  std::string result;
  print(document, 0, 0, result);
  return result + '\n';
}

std::string brief(const Json& value) {
  constexpr std::size_t longest = 80;
  std::string result = one_line(value);
  if (result.size() <= longest) return result;
  std::size_t end = longest - 3;
  while (end > 0 && (static_cast<unsigned char>(result[end]) & 0xc0U) == 0x80U) --end;  // not within a letter
  return result.substr(0, end) + "...";
}

}  // namespace raftsim::scenarios::json
