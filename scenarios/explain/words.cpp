#include "scenarios/explain/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace raftsim::scenarios::explain {

const Json& Abouts::resolved(const Json& part) const {
  if (part.contains("allOf")) return resolved(part["allOf"][0]);
  if (!part.contains("$ref")) return part;
  const auto reference = part["$ref"].get<std::string>();
  return resolved((*schema_)["definitions"][reference.substr(reference.rfind('/') + 1)]);
}

Abouts Abouts::in(std::string_view key) const {
  static const Json nothing = Json::object();
  if (!here_->contains("properties") || !(*here_)["properties"].contains(key)) return {*schema_, nothing};
  const Json& part = resolved((*here_)["properties"][std::string(key)]);
  return {*schema_, part.contains("items") ? resolved(part["items"]) : part};
}

Abouts Abouts::of(std::string_view definition) const {
  return {*schema_, (*schema_)["definitions"][std::string(definition)]};
}

std::string Abouts::about(std::string_view key) const {
  if (!here_->contains("properties") || !(*here_)["properties"].contains(key)) return "";
  return (*here_)["properties"][std::string(key)].value("description", "");
}

std::string listed(const std::vector<std::string>& items) {
  std::string text;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) text += i + 1 == items.size() ? " and " : ", ";
    text += items[i];
  }
  return text;
}

namespace {

bool is_amount(const Json& value) {
  if (value.is_number()) return true;
  if (!value.is_string()) return false;
  const auto& text = value.get_ref<const std::string&>();
  return !text.empty() && (text[0] == '-' || (text[0] >= '0' && text[0] <= '9'));
}

std::string mixture(const Json& mix) {
  std::uint64_t sum = 0;
  for (const auto& part : mix) sum += part["weight"].get<std::uint64_t>();
  std::string text;
  for (const auto& part : mix) {
    text += fmt::format("{}{} ({} of {})", text.empty() ? "" : " or ", words(part["of"]), part["weight"].dump(), sum);
  }
  return text;
}

}  // namespace

std::string words(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_object() && value.contains("mix")) return mixture(value["mix"]);
  if (!value.is_array()) return value.dump();
  if (value.empty()) return "none";
  if (value.size() == 2 && is_amount(value[0]) && is_amount(value[1])) {
    return fmt::format("{} to {}", words(value[0]), words(value[1]));
  }
  std::vector<std::string> items;
  for (const auto& item : value) items.push_back(words(item));
  return listed(items);
}

std::string whom(const Json& selection) {
  if (selection.is_object()) {
    return fmt::format("{} if {}, else {}", whom(selection["then"]), words(selection["if"]), whom(selection["else"]));
  }
  if (selection.is_array()) {
    std::vector<std::string> items;
    for (const auto& item : selection) items.push_back(whom(item));
    return listed(items);
  }
  const auto text = selection.get<std::string>();
  if (text == "leader" || text == "rest") return "the " + text;
  if (text == "follower") return "a follower";
  return text == "all" ? "all servers" : text == "any" ? "any server" : text;
}

bool Told::has(std::string_view key) const { return object_->contains(key); }

const Json& Told::take(std::string_view key) {
  told_.emplace(key);
  return (*object_)[std::string(key)];
}

std::string Told::text(std::string_view key) { return has(key) ? words(take(key)) : ""; }

bool Told::is_on(std::string_view key) { return has(key) && take(key) == true; }

std::string Told::rest() const {
  std::string text;
  for (const auto& [key, value] : object_->items()) {
    if (told_.contains(key)) continue;
    const std::string about = abouts_->about(key);
    text += fmt::format("; {} is {}{}", key, words(value), about.empty() ? "" : " (" + about + ")");
  }
  return text;
}

void tell_settings(const Json& settings, const Json& usual, const Abouts& abouts, const std::string& path,
                   std::vector<ExplainedLine>& lines) {
  for (const auto& [key, value] : settings.items()) {
    const Json* before = usual.is_object() && usual.contains(key) ? &usual[key] : nullptr;
    if (before != nullptr && *before == value) continue;
    if (value.is_object() && !value.contains("mix")) {
      tell_settings(value, before != nullptr ? *before : Json(), abouts.in(key), path + key + '.', lines);
      continue;
    }
    const std::string about = abouts.about(key);
    lines.push_back({0, fmt::format("{}{} is {}{}{}", path, key, words(value),
                                    before != nullptr ? fmt::format(" (default {})", words(*before)) : "",
                                    about.empty() ? "" : ": " + about)});
  }
}

}  // namespace raftsim::scenarios::explain
