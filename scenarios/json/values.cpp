#include "scenarios/json/values.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <functional>
#include <nlohmann/json.hpp>

#include "checkers/situations.hpp"
#include "checkers/suite.hpp"
#include "scenarios/known_bugs.hpp"
#include "scenarios/nearest.hpp"
#include "scenarios/wire.hpp"

namespace raftsim::scenarios::json {

namespace {

using Units = std::span<const std::pair<std::string_view, std::uint64_t>>;  // ascending, the first is 1

constexpr std::array<std::pair<std::string_view, std::uint64_t>, 5> time_units{
    {{"ns", 1}, {"us", 1'000}, {"ms", 1'000'000}, {"s", 1'000'000'000}, {"min", 60'000'000'000}}};
constexpr std::array<std::pair<std::string_view, std::uint64_t>, 4> byte_units{
    {{"B", 1}, {"KiB", 1U << 10U}, {"MiB", 1U << 20U}, {"GiB", 1U << 30U}}};
constexpr std::uint64_t longest = 24ULL * 60 * 60'000'000'000;
constexpr std::uint64_t largest = 1ULL << 40U;

constexpr const char* a_duration =
    "a duration such as \"150ms\" (a whole number and ns, us, ms, s or min; at most a day)";
constexpr const char* a_size =
    "a size such as 4096 or \"4KiB\" (a whole number, or one with B, KiB, MiB or GiB; at most 1TiB)";
constexpr const char* a_bandwidth = "a bandwidth such as \"100MiB/s\", or \"unlimited\"";

// The whole number at the start of `text`, and what follows it.
std::optional<std::pair<std::uint64_t, std::string_view>> leading_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  return std::pair{number, text.substr(static_cast<std::size_t>(end - text.data()))};
}

// "150ms" in the smallest unit; nothing if it is none of that or above `limit`.
std::optional<std::uint64_t> quantity(const Json& json, Units units, std::uint64_t limit) {
  if (!json.is_string()) return std::nullopt;
  const auto parsed = leading_number(json.get_ref<const std::string&>());
  if (!parsed) return std::nullopt;
  for (const auto& [unit, factor] : units) {
    if (parsed->second == unit && parsed->first <= limit / factor) return parsed->first * factor;
  }
  return std::nullopt;
}

// With the largest unit that leaves a whole number.
std::string in_units(std::uint64_t value, Units units) {
  auto best = units.front();
  for (const auto& unit : units) {
    if (value != 0 && value % unit.second == 0) best = unit;
  }
  return std::to_string(value / best.second) + std::string(best.first);
}

std::uint64_t duration_in_ns(const Json& json, const Place& place) {
  const auto value = quantity(json, time_units, longest);
  if (!value) place.fail(a_duration, brief(json));
  return *value;
}

std::uint64_t size_in_bytes(const Json& json, const Place& place, std::uint64_t min = 0) {
  auto value = quantity(json, byte_units, largest);
  if (json.is_number_unsigned() && json.get<std::uint64_t>() <= largest) value = json.get<std::uint64_t>();
  if (!value) place.fail(a_size, brief(json));
  if (*value < min) place.fail("at least " + std::to_string(min) + " bytes", brief(json));
  return *value;
}

Json written_duration(std::uint64_t ns) { return ns == 0 ? "0ms" : in_units(ns, time_units); }
Json written_size(std::uint64_t bytes) {
  return bytes >= 1024 && bytes % 1024 == 0 ? Json(in_units(bytes, byte_units)) : Json(bytes);
}

template <class ReadValue>
void read_range(const Json& json, const Place& place, const ReadValue& value, sim::Distribution::Part& part) {
  if (!json.is_array()) {
    part.min = part.max = value(json, place);
    return;
  }
  if (json.size() != 2) place.fail("two values, the smallest and the largest", brief(json));
  part.min = value(json[0], place.at("0"));
  part.max = value(json[1], place.at("1"));
  if (part.min > part.max) place.fail("the smaller value first", brief(json));
}

// "99.9" in thousandths of a percent.
std::optional<std::uint32_t> percent_in_thousandths(std::string_view text) {
  const auto whole = leading_number(text);
  if (!whole || whole->first > 100) return std::nullopt;
  auto thousandths = static_cast<std::uint32_t>(whole->first * 1000);
  std::string_view rest = whole->second;
  if (rest.starts_with('.') && rest.size() >= 2 && rest.size() <= 4) {
    rest.remove_prefix(1);
    for (std::uint32_t digit = 100; !rest.empty() && rest[0] >= '0' && rest[0] <= '9'; digit /= 10) {
      thousandths += static_cast<std::uint32_t>(rest[0] - '0') * digit;
      rest.remove_prefix(1);
    }
  }
  return rest.empty() && thousandths <= 100'000 ? std::optional(thousandths) : std::nullopt;
}

// {"0": "1ms", "50": "2ms", "99.9": "1s", "100": "2s"}: as measured. Between two of them all values are as likely.
template <class ReadValue>
sim::Distribution quantiles(const Json& json, const Place& place, const ReadValue& value) {
  constexpr const char* a_table =
      R"(percentiles from "0" to "100", such as {"0": "1ms", "50": "2ms", "99.9": "1s", "100": "2s"})";
  if (!json.is_object() || json.size() < 2) place.fail(a_table, brief(json));
  sim::Distribution result;
  std::optional<std::pair<std::uint32_t, std::uint64_t>> before;
  for (const auto& [key, each] : json.items()) {
    const auto percent = percent_in_thousandths(key);
    if (!percent || (!before && *percent != 0)) place.fail(a_table, brief(json));
    const std::uint64_t here = value(each, place.at(key));
    if (before) {
      if (*percent <= before->first) place.at(key).fail("a higher percentile than the one before", Json(key).dump());
      if (here < before->second) place.at(key).fail("no less than the percentile before", brief(each));
      result.parts.push_back({*percent - before->first, before->second, here});
    }
    before = {*percent, here};
  }
  if (before->first != 100'000) place.fail(a_table, brief(json));
  return result;
}

// {"tail": ["1ms", "1s"], "each": "1/4"}: from the first to twice as much, then each doubling as likely as `each` says
// of the one before, up to the second. Heavy for "1/2" and above: the mean then depends on the end.
template <class ReadValue>
sim::Distribution tail(const Json& json, const Place& place, const ReadValue& value) {
  constexpr const char* a_tail =
      R"({"tail": [smallest, largest], "each": "1/2"}, where each doubling is as likely by that much as the one before)";
  if (json.size() != 2 || !json.contains("each")) place.fail(a_tail, brief(json));
  sim::Distribution::Part whole;
  read_range(json["tail"], place.at("tail"), value, whole);
  if (whole.min == 0 || whole.min == whole.max)
    place.at("tail").fail("two values, the smaller above 0", brief(json["tail"]));
  sim::Ratio each;
  read(json["each"], place.at("each"), each);
  if (each.never() || each.always()) place.at("each").fail("a ratio between 0 and 1", brief(json["each"]));
  sim::Distribution result;
  std::uint64_t weight = 1'000'000;
  for (std::uint64_t from = whole.min; from < whole.max; from *= 2) {
    const std::uint64_t to = std::min(2 * from - 1, whole.max);
    result.parts.push_back({static_cast<std::uint32_t>(std::max<std::uint64_t>(weight, 1)), from, to});
    weight = weight * each.numerator / each.denominator;
  }
  return result;
}

template <class ReadValue>
sim::Distribution read_distribution(const Json& json, const Place& place, const ReadValue& value) {
  sim::Distribution result;
  if (!json.is_object()) {
    read_range(json, place, value, result.parts.emplace_back());
    return result;
  }
  if (json.size() == 1 && json.contains("quantiles")) return quantiles(json["quantiles"], place.at("quantiles"), value);
  if (json.contains("tail")) return tail(json, place, value);
  constexpr const char* a_mix = "a value, [smallest, largest], or {\"mix\": [{\"weight\": 9, \"of\": ...}, ...]}";
  if (json.size() != 1 || !json.contains("mix") || !json["mix"].is_array() || json["mix"].empty()) {
    place.fail(a_mix, brief(json));
  }
  const Json& mix = json["mix"];
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < mix.size(); ++i) {
    const Place here = place.at("mix").at(std::to_string(i));
    const Json& item = mix[i];
    if (!item.is_object() || item.size() != 2 || !item.contains("weight") || !item.contains("of")) {
      here.fail("{\"weight\": 9, \"of\": a value or [smallest, largest]}", brief(item));
    }
    auto& part = result.parts.emplace_back();
    part.weight = static_cast<std::uint32_t>(read_count(item["weight"], here.at("weight"), 0, 1'000'000));
    read_range(item["of"], here.at("of"), value, part);
    sum += part.weight;
  }
  if (sum == 0) place.at("mix").fail("a weight above 0, or there is nothing to choose", brief(mix));
  return result;
}

template <class WriteValue>
Json written_distribution(const sim::Distribution& distribution, const WriteValue& value) {
  const auto range = [&](const sim::Distribution::Part& part) {
    return part.min == part.max ? Json(value(part.min)) : Json::array({value(part.min), value(part.max)});
  };
  const auto& parts = distribution.parts;
  if (parts.size() == 1 && parts[0].weight == 1) return range(parts[0]);
  Json mix = Json::array();
  for (const auto& part : parts) mix.push_back(Json{{"weight", part.weight}, {"of", range(part)}});
  return Json{{"mix", std::move(mix)}};
}

const std::string& text_of(const Json& json, const Place& place, const char* expected) {
  if (!json.is_string()) place.fail(expected, brief(json));
  return json.get_ref<const std::string&>();
}

// A list of names of one kind out of `known`, each once.
std::vector<std::string> names_out_of(std::span<const std::string_view> known, const std::string& kind,
                                      const Json& json, const Place& place) {
  if (!json.is_array()) place.fail("a list of names", brief(json));
  std::vector<std::string> names;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const Place here = place.at(std::to_string(i));
    const std::string& name = text_of(json[i], here, ("the name of a " + kind).c_str());
    if (std::find(known.begin(), known.end(), name) == known.end()) here.refuse(unknown(kind, name, known, '"'));
    if (std::find(names.begin(), names.end(), name) != names.end())
      here.fail("each name once", brief(json[i]) + " twice");
    names.push_back(name);
  }
  return names;
}

// A value, or [smallest, largest].
void define_range(Schema schema, const Schema::Define& define_value) {
  schema.is_any_of({define_value, [&](Schema pair) { pair.is_list_of(define_value, 2, 2); }});
}

// What read_distribution() takes, as a definition of this name.
void define_distribution(Schema schema, std::string_view name, const Schema::Define& define_value) {
  const auto mix = [&](Schema one) {
    one.is(R"json({
      "type": "object", "additionalProperties": false, "required": ["mix"], "properties": {
        "mix": {"type": "array", "minItems": 1, "description": "one of these, and then as that says", "items": {
          "type": "object", "additionalProperties": false, "required": ["weight", "of"], "properties": {
            "weight": {"type": "integer", "minimum": 0, "maximum": 1000000,
                       "description": "how often this one is chosen, relative to the others"},
            "of": {"description": "a value, or [smallest, largest]"}}}}}})json");
    define_range({one.json["properties"]["mix"]["items"]["properties"]["of"], one.definitions}, define_value);
  };
  const auto quantiles = [&](Schema one) {
    one.is(R"json({
      "type": "object", "additionalProperties": false, "required": ["quantiles"], "properties": {
        "quantiles": {
          "type": "object", "required": ["0", "100"], "description":
          "as measured: percentiles from \"0\" to \"100\", all values between two of them alike"}}})json");
    define_value({one.json["properties"]["quantiles"]["additionalProperties"], one.definitions});
  };
  const auto tail = [&](Schema one) {
    one.is(R"json({
      "type": "object", "additionalProperties": false, "required": ["tail", "each"], "properties": {
        "tail": {"description": "the smallest and the largest value, with a heavy tail between them"},
        "each": {}}})json");
    Json& keys = one.json["properties"];
    Schema{keys["tail"], one.definitions}.is_list_of(define_value, 2, 2);
    const Schema each{keys["each"], one.definitions};
    define(each, sim::Ratio{});
    each.say("description", "how likely each doubling is, in terms of the one before");
  };
  schema.is_a(name, [&](Schema distribution) {
    distribution.is(R"({"description": "a value, [smallest, largest], or a mixture of such"})");
    distribution.is_any_of(
        {define_value, [&](Schema pair) { pair.is_list_of(define_value, 2, 2); }, mix, quantiles, tail});
  });
}

// What names_out_of() takes: names of one kind, which is a definition.
void define_names(Schema schema, const char* kind, std::span<const std::string_view> known) {
  schema.is_list_of([&](Schema item) { item.is_a(kind, [&](Schema names) { names.is_one_of(known); }); }, 0);
  schema.say("uniqueItems", true);
}

}  // namespace

void read(const Json& json, const Place& place, bool& value) {
  if (!json.is_boolean()) place.fail("true or false", brief(json));
  value = json.get<bool>();
}

void write(Json& json, bool value) { json = value; }

void define(Schema schema, bool /*value*/) { schema.is(R"({"type": "boolean"})"); }

void read(const Json& json, const Place& place, sim::Duration& value) {
  value = sim::Duration(static_cast<std::int64_t>(duration_in_ns(json, place)));
}

void write(Json& json, sim::Duration value) { json = written_duration(static_cast<std::uint64_t>(value.count())); }

void define(Schema schema, sim::Duration /*value*/) {
  schema.is_a("duration", R"json({
    "type": "string", "pattern": "^[0-9]+(ns|us|ms|s|min)$",
    "description": "\"150ms\": a whole number and ns, us, ms, s or min; at most a day"})json");
}

void read(const Json& json, const Place& place, sim::Ratio& value) {
  constexpr const char* a_ratio = "a ratio such as \"1/100\", or 0, or 1";
  if (json.is_number_float()) {
    place.fail(std::string(a_ratio) + " (whole numbers only, so that chance falls the same on every machine)",
               brief(json));
  }
  if (json.is_number_unsigned() && json.get<std::uint64_t>() <= 1) {
    value = {json.get<std::uint32_t>(), 1};
    return;
  }
  const auto numerator = json.is_string() ? leading_number(json.get_ref<const std::string&>()) : std::nullopt;
  if (!numerator || !numerator->second.starts_with('/')) place.fail(a_ratio, brief(json));
  const auto denominator = leading_number(numerator->second.substr(1));
  if (!denominator || !denominator->second.empty()) place.fail(a_ratio, brief(json));
  if (denominator->first == 0 || numerator->first > denominator->first ||
      denominator->first > std::numeric_limits<std::uint32_t>::max()) {
    place.fail("a ratio between 0 and 1", brief(json));
  }
  value = {static_cast<std::uint32_t>(numerator->first), static_cast<std::uint32_t>(denominator->first)};
}

void write(Json& json, sim::Ratio value) {
  json = value.numerator;
  if (value.denominator == 1) return;
  json = std::to_string(value.numerator) + '/' + std::to_string(value.denominator);
}

void define(Schema schema, sim::Ratio /*value*/) {
  schema.is_a("ratio", R"json({
    "anyOf": [{"type": "integer", "minimum": 0, "maximum": 1}, {"type": "string", "pattern": "^[0-9]+/[0-9]+$"}],
    "description": "\"1/100\", 0 or 1; no fractions with a point"})json");
}

std::uint64_t read_count(const Json& json, const Place& place, std::uint64_t min, std::uint64_t max) {
  if (!json.is_number_unsigned() || json.get<std::uint64_t>() < min || json.get<std::uint64_t>() > max) {
    place.fail("a whole number from " + std::to_string(min) + " to " + std::to_string(max), brief(json));
  }
  return json.get<std::uint64_t>();
}

void write_count(Json& json, std::uint64_t value) { json = value; }

void read(const Json& json, const Place& place, Size size) { size.value = size_in_bytes(json, place, size.min); }
void write(Json& json, Size size) { json = written_size(size.value); }

void define(Schema schema, Size size) {
  schema.is_a("size", R"json({
    "anyOf": [{"type": "integer", "minimum": 0, "maximum": 1099511627776},
              {"type": "string", "pattern": "^[0-9]+(B|KiB|MiB|GiB)$"}],
    "description": "4096 or \"4KiB\": bytes, or a whole number and B, KiB, MiB or GiB; at most 1TiB"})json");
  if (size.min > 0) schema.say("minimum", size.min);
}

void read(const Json& json, const Place& place, Bandwidth bandwidth) {
  if (json == "unlimited") {
    bandwidth.bytes_per_second = 0;
    return;
  }
  const std::string& text = text_of(json, place, a_bandwidth);
  const auto value =
      text.ends_with("/s") ? quantity(text.substr(0, text.size() - 2), byte_units, largest) : std::nullopt;
  if (!value || *value == 0) place.fail(a_bandwidth, brief(json));
  bandwidth.bytes_per_second = *value;
}

void write(Json& json, Bandwidth bandwidth) {
  const std::uint64_t rate = bandwidth.bytes_per_second;
  json = rate == 0 ? "unlimited" : in_units(rate, byte_units) + "/s";
}

void define(Schema schema, Bandwidth /*bandwidth*/) {
  schema.is_a("bandwidth", R"json({
    "type": "string", "pattern": "^([0-9]+(B|KiB|MiB|GiB)/s|unlimited)$",
    "description": "\"100MiB/s\", or \"unlimited\""})json");
}

void read(const Json& json, const Place& place, Durations durations) {
  durations.distribution = read_distribution(json, place, duration_in_ns);
  const auto& parts = durations.distribution.parts;
  const auto above_zero = [](const sim::Distribution::Part& part) { return part.weight > 0 && part.max > 0; };
  if (!durations.may_be_zero && std::none_of(parts.begin(), parts.end(), above_zero)) {
    place.fail("something above 0ms, or time would stand still", brief(json));
  }
}

void write(Json& json, Durations durations) { json = written_distribution(durations.distribution, written_duration); }

void define(Schema schema, Durations /*durations*/) {
  define_distribution(schema, "durations", [](Schema value) { define(value, sim::Duration{}); });
}

void read(const Json& json, const Place& place, Sizes sizes) {
  sizes.distribution = read_distribution(
      json, place, [&](const Json& size, const Place& at) { return size_in_bytes(size, at, sizes.min); });
}

void write(Json& json, Sizes sizes) { json = written_distribution(sizes.distribution, written_size); }

void define(Schema schema, Sizes /*sizes*/) {
  define_distribution(schema, "sizes", [](Schema value) {
    std::uint64_t size = 0;
    define(value, Size{size});
  });
}

void read(const Json& json, const Place& place, Counts counts) {
  counts.distribution = read_distribution(
      json, place, [&](const Json& count, const Place& at) { return read_count(count, at, counts.min, counts.max); });
}

void write(Json& json, Counts counts) {
  json = written_distribution(counts.distribution, [](std::uint64_t count) { return Json(count); });
}

void define(Schema schema, Counts /*counts*/) {
  define_distribution(schema, "counts", [](Schema value) { value.is(R"({"type": "integer", "minimum": 0})"); });
}

void read(const Json& json, const Place& place, Between between) {
  sim::Distribution::Part part;
  read_range(json, place, duration_in_ns, part);
  between.min = sim::Duration(static_cast<std::int64_t>(part.min));
  between.max = sim::Duration(static_cast<std::int64_t>(part.max));
}

void write(Json& json, Between between) {
  json = written_distribution(sim::Distribution::uniform(between.min, between.max), written_duration);
}

void define(Schema schema, Between /*between*/) {
  schema.is_a("range", [](Schema range) { define_range(range, [](Schema value) { define(value, sim::Duration{}); }); });
}

void read(const Json& json, const Place& place, Drift drift) {
  const auto in_range = [&](const Json& one) {
    return one.is_number_integer() && one >= drift.lowest && one <= drift.highest;
  };
  const bool pair = json.is_array() && json.size() == 2;
  const Json& low = pair ? json[0] : json;
  const Json& high = pair ? json[1] : json;
  if (!in_range(low) || !in_range(high) || low > high) {
    place.fail(drift.ones + (" from " + std::to_string(drift.lowest)) + " to " + std::to_string(drift.highest) +
                   ", or [least, most]",
               brief(json));
  }
  drift.min = low.get<std::int32_t>();
  drift.max = high.get<std::int32_t>();
}

void write(Json& json, Drift drift) {
  if (drift.min == drift.max) {
    json = drift.min;
  } else {
    json = Json::array({drift.min, drift.max});
  }
}

void define(Schema schema, Drift drift) {
  define_range(schema,
               [&](Schema value) { value.is_integer(drift.lowest, static_cast<std::uint64_t>(drift.highest)); });
}

void read(const Json& json, const Place& place, Jump jump) {
  const auto one = [&](const Json& text, const Place& at) {
    const bool back = text.is_string() && text.get_ref<const std::string&>().starts_with('-');
    const auto size = duration_in_ns(back ? Json(text.get_ref<const std::string&>().substr(1)) : text, at);
    return sim::Duration(back ? -static_cast<std::int64_t>(size) : static_cast<std::int64_t>(size));
  };
  const bool pair = json.is_array() && json.size() == 2;
  jump.least = pair ? one(json[0], place.at("0")) : one(json, place);
  jump.most = pair ? one(json[1], place.at("1")) : jump.least;
  if (jump.least > jump.most) place.fail("the smaller value first", brief(json));
}

void write(Json& json, Jump jump) {
  const auto one = [](sim::Duration by) {
    const auto size = written_duration(static_cast<std::uint64_t>(std::abs(by.count()))).get<std::string>();
    return (by < sim::Duration(0) ? "-" : "") + size;
  };
  json = jump.least == jump.most ? Json(one(jump.least)) : Json::array({one(jump.least), one(jump.most)});
}

void define(Schema schema, Jump /*jump*/) {
  define_range(schema, [](Schema value) {
    value.is_a("signed_duration", R"json({
      "type": "string", "pattern": "^-?[0-9]+(ns|us|ms|s|min)$", "description": "\"-2s\": a duration, back if negative"
    })json");
  });
}

std::size_t read_choice(const Json& json, const Place& place, std::span<const std::string_view> names) {
  const std::string expected = "one of " + listed(names);
  const std::string& text = text_of(json, place, expected.c_str());
  const auto found = std::find(names.begin(), names.end(), text);
  if (found == names.end()) place.refuse(unknown("value", text, names, '"'));
  return static_cast<std::size_t>(found - names.begin());
}

void write_text(Json& json, std::string_view text) { json = text; }

void read(const Json& json, const Place& place, Word word) {
  constexpr const char* a_word = "a name of letters, digits, '-' and '_'";
  const std::string& text = text_of(json, place, a_word);
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
  if (text.empty() || text.find_first_not_of(letters) != text.npos) place.fail(a_word, brief(json));
  word.value = text;
}

void write(Json& json, Word word) { json = word.value; }

void define(Schema schema, Word /*word*/) {
  schema.is_a("word", R"json({
    "type": "string", "pattern": "^[A-Za-z0-9_-]+$", "description": "letters, digits, '-' and '_'"})json");
}

void read(const Json& json, const Place& place, Text text) { text.value = text_of(json, place, "a string"); }
void write(Json& json, Text text) { json = text.value; }
void define(Schema schema, Text /*text*/) { schema.is(R"({"type": "string"})"); }

void read(const Json& json, const Place& place, Prose prose) {
  if (!json.is_array()) {
    prose.value = text_of(json, place, "a string, or a list of lines");
    return;
  }
  prose.value.clear();
  for (std::size_t i = 0; i < json.size(); ++i) {
    prose.value += (i == 0 ? "" : "\n") + text_of(json[i], place.at(std::to_string(i)), "a line of text");
  }
}

void write(Json& json, Prose prose) {
  json = prose.value;
  if (prose.value.find('\n') == prose.value.npos) return;
  json = Json::array();
  for (std::size_t from = 0; from <= prose.value.size();) {
    const std::size_t end = std::min(prose.value.find('\n', from), prose.value.size());
    json.push_back(prose.value.substr(from, end - from));
    from = end + 1;
  }
}

void define(Schema schema, Prose /*prose*/) {
  schema.is_a("prose", R"json({
    "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
    "description": "a string, or a list of lines"})json");
}

static std::vector<std::string_view> known_situations() {
  std::vector<std::string_view> known;
  for (std::size_t i = 0; i < checkers::situation_count; ++i) {
    known.push_back(checkers::name_of(static_cast<checkers::Situation>(i)));
  }
  return known;
}

void read(const Json& json, const Place& place, Situations situations) {
  situations.names = names_out_of(known_situations(), "situation", json, place);
}

void write(Json& json, Situations situations) { json = situations.names; }
void define(Schema schema, Situations /*situations*/) { define_names(schema, "situation", known_situations()); }

void read(const Json& json, const Place& place, CheckerNames checkers) {
  checkers.names = names_out_of(checkers::checker_names(), "checker", json, place);
}

void write(Json& json, CheckerNames checkers) { json = checkers.names; }
void define(Schema schema, CheckerNames /*checkers*/) { define_names(schema, "checker", checkers::checker_names()); }

void read(const Json& json, const Place& place, HostName name) {
  const std::string expected = "a server from S1 to S" + std::to_string(name.servers) + ", or any";
  const std::string& text = text_of(json, place, expected.c_str());
  name.host = std::nullopt;
  if (text == "any") return;
  const auto number = text.starts_with('S') ? leading_number(std::string_view(text).substr(1)) : std::nullopt;
  if (!number || !number->second.empty() || number->first < 1 || number->first > name.servers) {
    place.fail(expected, brief(json));
  }
  name.host = sim::HostId{static_cast<std::uint16_t>(number->first - 1)};
}

void write(Json& json, HostName name) { json = name.host ? "S" + std::to_string(name.host->value + 1) : "any"; }
void define(Schema schema, HostName /*name*/) {
  schema.is_a("host", R"({"type": "string", "pattern": "^(any|S[1-9][0-9]?)$"})");
}

// Of servers' messages: those that answer one, or those that do not, as bits.
static std::uint64_t kinds_of_messages(bool replies) {
  std::uint64_t kinds = 0;
  for (std::uint8_t kind = 0; kind < core::message_kind_count; ++kind) {
    if (std::string_view(packet_kind_name(kind)).ends_with("Reply") == replies) kinds |= std::uint64_t{1} << kind;
  }
  return kinds;
}

static std::vector<std::string_view> known_packet_kinds() {
  std::vector<std::string_view> names;
  for (std::uint8_t i = 0; i < core::message_kind_count; ++i) names.push_back(packet_kind_name(i));
  for (const std::uint8_t i : {client_request_kind, client_reply_kind}) names.push_back(packet_kind_name(i));
  names.insert(names.end(), {"any-request", "any-reply", "any"});
  return names;
}

void read(const Json& json, const Place& place, PacketKind kind) {
  const auto names = known_packet_kinds();
  const auto name = names[read_choice(json, place, names)];
  kind.kind = packet_kind_named(name);
  kind.kinds = name == "any-reply" || name == "any-request" ? kinds_of_messages(name == "any-reply") : 0;
}

void write(Json& json, PacketKind kind) {
  if (kind.kinds != 0) {
    json = kind.kinds == kinds_of_messages(true) ? "any-reply" : "any-request";
  } else {
    json = kind.kind ? packet_kind_name(*kind.kind) : "any";
  }
}

void define(Schema schema, PacketKind /*kind*/) { schema.is_one_of(known_packet_kinds()); }

static std::vector<std::string_view> known_mutations() {
  std::vector<std::string_view> known;
  for (const KnownBug& info : known_bugs()) known.push_back(info.name);
  return known;
}

void read(const Json& json, const Place& place, Planted planted) {
  planted.mutations = {};
  for (const std::string& name : names_out_of(known_mutations(), "mutation", json, place)) {
    planted.mutations.plant(*mutation_named(name));
  }
}

void write(Json& json, Planted planted) {
  json = Json::array();
  for (const KnownBug& info : known_bugs()) {
    if (planted.mutations.has(info.mutation)) json.push_back(info.name);
  }
}

void define(Schema schema, Planted /*planted*/) { define_names(schema, "mutation", known_mutations()); }

void read(const Json& json, const Place& place, Settings settings) {
  if (!json.is_array() || json.size() < 2) place.fail("a list of at least two values to set", brief(json));
  settings.values.clear();
  for (const Json& value : json) {
    settings.values.push_back(value.is_string() ? value.get<std::string>() : value.dump());
  }
}

void write(Json& json, Settings settings) {
  json = Json::array();
  for (const std::string& value : settings.values) json.push_back(setting_value(value));
}

void define(Schema schema, Settings /*settings*/) { schema.is(R"({"type": "array", "minItems": 2})"); }

Json setting_value(const std::string& text) {
  Json value = Json::parse(text, nullptr, false);
  return value.is_discarded() ? Json(text) : value;
}

}  // namespace raftsim::scenarios::json
