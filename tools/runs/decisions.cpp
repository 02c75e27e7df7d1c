#include "tools/runs/decisions.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <functional>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>

#include "checkers/trace/trace.hpp"
#include "scenarios/cluster/purposes.hpp"
#include "scenarios/json/document.hpp"
#include "scenarios/nearest.hpp"
#include "scenarios/wire.hpp"
#include "sim/disk_operation.hpp"
#include "sim/file.hpp"
#include "tools/exit_code.hpp"

namespace raftsim::tools {

namespace {

using Json = nlohmann::ordered_json;
using scenarios::DecisionShape;
using scenarios::KeyPart;

constexpr std::uint64_t exact_as_double = std::uint64_t{1} << 53U;  // many readers of JSON round above it

// What is wrong with an override, without saying where it stands.
class Wrong : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

std::optional<std::uint64_t> whole_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// "a 7" -> "a", 7
std::optional<std::pair<std::string_view, std::uint64_t>> word_and_number(std::string_view text) {
  const auto blank = text.rfind(' ');
  if (blank == std::string_view::npos) return std::nullopt;
  const auto number = whole_number(text.substr(blank + 1));
  if (!number) return std::nullopt;
  return std::pair(text.substr(0, blank), *number);
}

Json number_json(std::uint64_t number) {
  return number <= exact_as_double ? Json(number) : Json(std::to_string(number));
}

// The parts of keys in words and back.
class Words {
 public:
  explicit Words(const scenarios::Scenario& scenario)
      : naming_{static_cast<std::uint16_t>(scenario.servers)}, names_{std::string(scenarios::administration_name)} {
    for (const auto& fault : scenario.faults) names_.push_back(fault.name);
    for (const auto& rule : scenario.rules) names_.push_back(rule.rule.name);
    add_steps(scenario.script);
  }

  // Nothing when there are no words for it.
  [[nodiscard]] std::optional<std::string> said(KeyPart part, std::uint64_t value) const {
    switch (part) {
      case KeyPart::none:
      case KeyPart::number:
        return std::nullopt;
      case KeyPart::host:
        return host(value);
      case KeyPart::link:
        return link(value);
      case KeyPart::name:
        return name(value);
      case KeyPart::crash: {
        const auto fault = name(value >> 32U);
        return fault ? std::optional(fmt::format("{} {}", *fault, value & 0xffffffffU)) : std::nullopt;
      }
      case KeyPart::kind:
        return kind(value);
      case KeyPart::packet: {
        const auto way = link(value >> 8U);
        const auto what = kind(value & 0xffU);
        return way && what ? std::optional(*way + " " + *what) : std::nullopt;
      }
      case KeyPart::operation:
        if (value >= sim::disk_operation_kind_count) return std::nullopt;
        return sim::name_of(static_cast<sim::DiskOperationKind>(value));
      case KeyPart::file:
        return fmt::format("file {}", value);
      case KeyPart::sector:
        return fmt::format("file {} sector {}", value >> 24U, value & 0xffffffU);
    }
    return std::nullopt;
  }

  // Throws Wrong when the words mean nothing.
  [[nodiscard]] std::uint64_t meant(KeyPart part, std::string_view key, std::string_view words) const {
    const auto value = understood(part, words);
    if (!value) throw Wrong(fmt::format("\"{}\": expected {}, found \"{}\"", key, expected(part), words));
    return *value;
  }

 private:
  using Number = std::optional<std::uint64_t>;

  void add_steps(const std::vector<scenarios::Step>& steps) {
    for (const auto& step : steps) {
      names_.push_back(step.said);
      add_steps(step.steps);
      add_steps(step.otherwise);
    }
  }

  [[nodiscard]] std::optional<std::string> host(std::uint64_t value) const {
    if (value >= sim::no_host.value) return std::nullopt;
    return naming_.name({static_cast<std::uint16_t>(value)});
  }
  [[nodiscard]] std::optional<std::string> link(std::uint64_t value) const {
    const auto from = host(value >> 16U);
    const auto to = host(value & 0xffffU);
    return from && to ? std::optional(*from + " > " + *to) : std::nullopt;
  }
  [[nodiscard]] std::optional<std::string> name(std::uint64_t value) const {
    const auto found = std::ranges::find_if(names_, [&](const auto& each) { return sim::key_of(each) == value; });
    return found == names_.end() ? std::nullopt : std::optional(*found);
  }
  static std::optional<std::string> kind(std::uint64_t value) {
    if (value > 0xff) return std::nullopt;
    const std::string name = scenarios::packet_kind_name(static_cast<std::uint8_t>(value));
    return name == "unknown" ? std::nullopt : std::optional(name);
  }

  [[nodiscard]] Number understood(KeyPart part, std::string_view words) const {
    switch (part) {
      case KeyPart::none:
      case KeyPart::number:
        return std::nullopt;
      case KeyPart::host:
        return host_named(words);
      case KeyPart::link:
        return link_named(words);
      case KeyPart::name:
        return key_of_known(words);
      case KeyPart::crash: {
        const auto strike = word_and_number(words);
        const Number fault = strike ? key_of_known(strike->first) : std::nullopt;
        if (!fault || strike->second > 0xffffffffU) return std::nullopt;
        return *fault << 32U | strike->second;
      }
      case KeyPart::kind:
        return scenarios::packet_kind_named(words);
      case KeyPart::packet: {
        const auto blank = words.rfind(' ');
        if (blank == std::string_view::npos) return std::nullopt;
        const Number way = link_named(words.substr(0, blank));
        const Number what = scenarios::packet_kind_named(words.substr(blank + 1));
        return way && what ? Number(*way << 8U | *what) : std::nullopt;
      }
      case KeyPart::operation:
        for (std::size_t i = 0; i < sim::disk_operation_kind_count; ++i) {
          if (words == sim::name_of(static_cast<sim::DiskOperationKind>(i))) return i;
        }
        return std::nullopt;
      case KeyPart::file: {
        const auto file = word_and_number(words);
        return file && file->first == "file" ? Number(file->second) : std::nullopt;
      }
      case KeyPart::sector: {
        const auto sector = word_and_number(words);
        if (!sector || !sector->first.ends_with(" sector")) return std::nullopt;
        const auto file = word_and_number(sector->first.substr(0, sector->first.size() - 7));
        if (!file || file->first != "file") return std::nullopt;
        return sim::sector_item(file->second, sector->second);
      }
    }
    return std::nullopt;
  }
  [[nodiscard]] Number host_named(std::string_view words) const {
    const auto host = naming_.host(words);
    return host ? Number(host->value) : std::nullopt;
  }
  [[nodiscard]] Number link_named(std::string_view words) const {
    constexpr std::string_view arrow = " > ";
    const auto middle = words.find(arrow);
    if (middle == std::string_view::npos) return std::nullopt;
    const auto from = naming_.host(words.substr(0, middle));
    const auto to = naming_.host(words.substr(middle + arrow.size()));
    return from && to ? Number(sim::link_key(from->value, to->value)) : std::nullopt;
  }
  [[nodiscard]] Number key_of_known(std::string_view words) const {
    return std::ranges::find(names_, words) == names_.end() ? std::nullopt : Number(sim::key_of(words));
  }

  [[nodiscard]] std::string expected(KeyPart part) const {
    std::string fault = fmt::format("one of \"{}\"", fmt::join(names_, "\", \""));
    switch (part) {
      case KeyPart::none:
      case KeyPart::number:
        break;
      case KeyPart::host:
        return "a server or a client such as \"S1\" or \"C1\"";
      case KeyPart::link:
        return "a link such as \"S1 > S2\"";
      case KeyPart::name:
        return fault;
      case KeyPart::crash:
        return fault + ", and the number of its strike";
      case KeyPart::kind:
        return "a kind of packet such as \"AppendEntries\"";
      case KeyPart::packet:
        return "a link and a kind of packet such as \"S1 > S2 AppendEntries\"";
      case KeyPart::operation:
        return "a disk operation such as \"fsync\"";
      case KeyPart::file:
        return "a file such as \"file 1\"";
      case KeyPart::sector:
        return "a sector such as \"file 1 sector 20\"";
    }
    return "a whole number";
  }

  checkers::Naming naming_;
  std::vector<std::string> names_;
};

// --- writing ---

// Of what the simulator and scenarios decide; all in numbers for what another program decides on its own.
DecisionShape shape_for(sim::Purpose purpose, const std::string& otherwise) {
  const auto shapes = scenarios::decision_shapes();
  const auto found = std::ranges::find(shapes, purpose, &DecisionShape::purpose);
  if (found != shapes.end()) return *found;
  return {purpose, otherwise, KeyPart::number, KeyPart::number, KeyPart::number};
}

std::string numbered(sim::Purpose purpose) { return fmt::format("purpose {}", static_cast<unsigned>(purpose)); }

Json to_json(const sim::Key& key, std::uint64_t answer, const Words& words) {
  const std::string number = numbered(key.purpose);
  const DecisionShape shape = shape_for(key.purpose, number);
  Json json{{"decision", shape.name}};
  const auto add = [&](const char* name, KeyPart part, std::uint64_t value) {
    if (part == KeyPart::none && value == 0) return;
    const auto said = words.said(part, value);
    json[name] = said ? Json(*said) : number_json(value);
  };
  add("who", shape.who, key.who);
  add("item", shape.item, key.item);
  add("nth", shape.nth, key.nth);
  json["answer"] = number_json(answer);
  return json;
}

Json to_json(const sim::Distribution& distribution) {
  Json parts = Json::array();
  for (const auto& part : distribution.parts) {
    parts.push_back({{"weight", part.weight}, {"min", number_json(part.min)}, {"max", number_json(part.max)}});
  }
  return parts;
}

// --- reading ---

sim::Purpose purpose_named(const std::string& name) {
  std::vector<std::string_view> known;
  for (const DecisionShape& shape : scenarios::decision_shapes()) {
    if (shape.name == name) return shape.purpose;
    known.push_back(shape.name);
  }
  if (const auto other = word_and_number(name); other && other->first == "purpose" && other->second <= 0xffff) {
    return static_cast<sim::Purpose>(other->second);
  }
  throw Wrong("\"decision\": " + scenarios::unknown("decision", name, known, '"'));
}

std::uint64_t number_of(const Json& json, const char* key) {
  if (json.is_number_unsigned()) return json.get<std::uint64_t>();
  if (json.is_string()) {
    if (const auto number = whole_number(json.get_ref<const std::string&>())) return *number;
  }
  throw Wrong(fmt::format("\"{}\": expected a whole number, found {}", key, scenarios::json::brief(json)));
}

sim::Override override_of(const Json& json, const Words& words) {
  if (!json.is_object()) throw Wrong("expected an object, found " + scenarios::json::brief(json));
  for (const auto& item : json.items()) {
    constexpr std::array<std::string_view, 6> known{"decision", "who", "item", "nth", "answer", "from"};
    if (std::ranges::find(known, item.key()) == known.end()) {
      throw Wrong(scenarios::unknown("key", item.key(), known, '"'));
    }
  }
  for (const char* key : {"decision", "answer"}) {
    if (!json.contains(key)) throw Wrong(fmt::format("expected a key \"{}\"", key));
  }
  if (!json["decision"].is_string()) {
    throw Wrong("\"decision\": expected a name, found " + scenarios::json::brief(json["decision"]));
  }
  const sim::Purpose purpose = purpose_named(json["decision"].get<std::string>());
  const DecisionShape shape = shape_for(purpose, "");
  const auto part = [&](const char* key, KeyPart kind) -> std::uint64_t {
    if (!json.contains(key)) return 0;
    const Json& value = json[key];
    if (value.is_string() && !whole_number(value.get_ref<const std::string&>())) {
      return words.meant(kind, key, value.get_ref<const std::string&>());
    }
    return number_of(value, key);
  };
  const std::uint64_t who = part("who", shape.who);
  if (who > std::numeric_limits<std::uint32_t>::max()) {
    throw Wrong(fmt::format("\"who\": expected a number below 2^32, found {}", who));
  }
  return {{purpose, static_cast<std::uint32_t>(who), part("nth", shape.nth), part("item", shape.item)},
          number_of(json["answer"], "answer")};
}

}  // namespace

std::string to_lines(const std::vector<sim::Decision>& decisions, const scenarios::Scenario& scenario) {
  const Words words(scenario);
  std::string lines;
  for (const sim::Decision& decision : decisions) {
    Json json = to_json(decision.key, decision.answer, words);
    json["from"] = to_json(decision.distribution);
    lines += json.dump() + "\n";
  }
  return lines;
}

std::vector<sim::Override> read_overrides(const std::string& path, const scenarios::Scenario& scenario) {
  std::ifstream file(path, std::ios::binary);
  const std::string content{std::istreambuf_iterator<char>(file), {}};
  if (!file) throw BadInput(path + ": cannot read the overrides");
  const Words words(scenario);
  std::vector<sim::Override> overrides;
  std::size_t line = 0;
  for (std::size_t begin = 0; begin < content.size();) {
    const std::size_t end = std::min(content.find('\n', begin), content.size());
    const std::string_view text = std::string_view(content).substr(begin, end - begin);
    begin = end + 1;
    ++line;
    if (text.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    try {
      overrides.push_back(override_of(Json::parse(text), words));
    } catch (const Json::exception&) {
      throw BadInput(fmt::format("{}: line {}: expected a JSON object on a line of its own", path, line));
    } catch (const Wrong& wrong) {
      throw BadInput(fmt::format("{}: line {}: {}", path, line, wrong.what()));
    }
  }
  return overrides;
}

std::string to_json(const std::vector<sim::Override>& overrides, const scenarios::Scenario& scenario) {
  const Words words(scenario);
  Json list = Json::array();
  for (const sim::Override& each : overrides) list.push_back(to_json(each.key, each.answer, words));
  return list.dump();
}

std::vector<sim::Override> overrides_from_json(const std::string& json, const std::string& origin,
                                               const scenarios::Scenario& scenario) {
  const Words words(scenario);
  std::vector<sim::Override> overrides;
  const Json list = Json::parse(json);
  for (const Json& item : list) {
    try {
      overrides.push_back(override_of(item, words));
    } catch (const Wrong& wrong) {
      throw BadInput(fmt::format("{}: overrides[{}]: {}", origin, overrides.size(), wrong.what()));
    }
  }
  return overrides;
}

std::string in_words(const sim::Key& key, const scenarios::Scenario& scenario) {
  const Words words(scenario);
  const std::string number = numbered(key.purpose);
  const DecisionShape shape = shape_for(key.purpose, number);
  std::string text(shape.name);
  const auto add = [&](KeyPart part, std::uint64_t value) {
    if (part == KeyPart::none) return;
    text += " " + words.said(part, value).value_or(std::to_string(value));
  };
  add(shape.who, key.who);
  add(shape.item, key.item);
  add(shape.nth, key.nth);
  return text;
}

std::string in_words(const sim::BadOverride& bad, const scenarios::Scenario& scenario) {
  std::vector<std::string> ranges;
  for (const auto& part : bad.allowed().parts) {
    ranges.push_back(part.min == part.max ? std::to_string(part.min) : fmt::format("{} to {}", part.min, part.max));
  }
  return fmt::format("override of {}: expected an answer from {}, found {}", in_words(bad.override_of().key, scenario),
                     fmt::join(ranges, ", or "), bad.override_of().answer);
}

}  // namespace raftsim::tools
