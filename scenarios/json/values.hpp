// How the values of a scenario are written in JSON: three functions for each kind of value,
//   void read(const Json&, const Place&, Value)   fails at the place when it is not one
//   void write(Json&, Value)
//   void define(Schema, Value)                    says what may stand there
// The types here wrap a field of a scenario and say how it is to be read; they are made on the spot and hold
// references.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/mutation.hpp"
#include "scenarios/json/document.hpp"
#include "scenarios/json/schema.hpp"
#include "sim/disk_trouble.hpp"
#include "sim/distribution.hpp"
#include "sim/event.hpp"

namespace raftsim::scenarios::json {

// true or false
void read(const Json& json, const Place& place, bool& value);
void write(Json& json, bool value);
void define(Schema schema, bool value);

// "150ms": a whole number and ns, us, ms, s or min; at most a day.
void read(const Json& json, const Place& place, sim::Duration& value);
void write(Json& json, sim::Duration value);
void define(Schema schema, sim::Duration value);

// "1/100", 0 or 1
void read(const Json& json, const Place& place, sim::Ratio& value);
void write(Json& json, sim::Ratio value);
void define(Schema schema, sim::Ratio value);

// A whole number in [min, max].
template <class Number>
struct Count {
  Number& value;
  std::uint64_t min = 0;
  std::uint64_t max = std::numeric_limits<std::uint32_t>::max();
};
std::uint64_t read_count(const Json& json, const Place& place, std::uint64_t min, std::uint64_t max);
void write_count(Json& json, std::uint64_t value);
template <class Number>
void read(const Json& json, const Place& place, Count<Number> count) {
  count.value = static_cast<Number>(read_count(json, place, count.min, count.max));
}
template <class Number>
void write(Json& json, Count<Number> count) {
  write_count(json, count.value);
}
template <class Number>
void define(Schema schema, Count<Number> count) {
  schema.is_integer(static_cast<std::int64_t>(count.min), count.max);
}

// 4096 or "4KiB"; at most 1 TiB.
struct Size {
  std::uint64_t& value;
  std::uint64_t min = 0;
};
void read(const Json& json, const Place& place, Size size);
void write(Json& json, Size size);
void define(Schema schema, Size size);

// "100MiB/s", or "unlimited" for zero
struct Bandwidth {
  std::uint64_t& bytes_per_second;
};
void read(const Json& json, const Place& place, Bandwidth bandwidth);
void write(Json& json, Bandwidth bandwidth);
void define(Schema schema, Bandwidth bandwidth);

// A distribution: "1ms" (always), ["1ms", "5ms"] (anything between), or
// {"mix": [{"weight": 9, "of": ["1ms", "5ms"]}, {"weight": 1, "of": "200ms"}]} (one of these, then as that says).
struct Durations {
  sim::Distribution& distribution;
  bool may_be_zero = true;  // false: something in it must be above zero, or time would stand still
};
void read(const Json& json, const Place& place, Durations durations);
void write(Json& json, Durations durations);
void define(Schema schema, Durations durations);
struct Sizes {
  sim::Distribution& distribution;
  std::uint64_t min = 0;
};
void read(const Json& json, const Place& place, Sizes sizes);
void write(Json& json, Sizes sizes);
void define(Schema schema, Sizes sizes);

// The same of whole numbers: 3, or [5, 14].
struct Counts {
  sim::Distribution& distribution;
  std::uint64_t min = 0;
  std::uint64_t max = std::numeric_limits<std::uint32_t>::max();
};
void read(const Json& json, const Place& place, Counts counts);
void write(Json& json, Counts counts);
void define(Schema schema, Counts counts);

// ["150ms", "300ms"], or "150ms" for both
struct Between {
  sim::Duration& min;
  sim::Duration& max;
};
void read(const Json& json, const Place& place, Between between);
void write(Json& json, Between between);
void define(Schema schema, Between between);

// [-50, 50], or 50 for both: so many of what `one` says, which may be negative
struct Drift {
  std::int32_t& min;
  std::int32_t& max;
  std::int32_t lowest;
  std::int32_t highest;
  const char* ones = "millionths";
};
void read(const Json& json, const Place& place, Drift drift);
void write(Json& json, Drift drift);
void define(Schema schema, Drift drift);

// ["-2s", "500ms"], or "-1s" for both: durations that may be negative
struct Jump {
  sim::Duration& least;
  sim::Duration& most;
};
void read(const Json& json, const Place& place, Jump jump);
void write(Json& json, Jump jump);
void define(Schema schema, Jump jump);

// One of a few names.
template <class Enum>
using Named = std::pair<std::string_view, Enum>;
template <class Enum, std::size_t n>
struct Choice {
  Enum& value;
  const std::array<Named<Enum>, n>& names;
};
template <class Enum, std::size_t n>
Choice(Enum&, const std::array<Named<Enum>, n>&) -> Choice<Enum, n>;
std::size_t read_choice(const Json& json, const Place& place, std::span<const std::string_view> names);
void write_text(Json& json, std::string_view text);
template <class Enum, std::size_t n>
std::array<std::string_view, n> words_of(Choice<Enum, n> choice) {
  std::array<std::string_view, n> words;
  for (std::size_t i = 0; i < n; ++i) words[i] = choice.names[i].first;
  return words;
}
template <class Enum, std::size_t n>
void read(const Json& json, const Place& place, Choice<Enum, n> choice) {
  choice.value = choice.names[read_choice(json, place, words_of(choice))].second;
}
template <class Enum, std::size_t n>
void write(Json& json, Choice<Enum, n> choice) {
  for (const auto& [name, value] : choice.names) {
    if (value == choice.value) write_text(json, name);
  }
}
template <class Enum, std::size_t n>
void define(Schema schema, Choice<Enum, n> choice) {
  schema.is_one_of(words_of(choice));
}

// A word that can be a file's name and a step of a path: letters, digits, '-' and '_'.
struct Word {
  std::string& value;
};
void read(const Json& json, const Place& place, Word word);
void write(Json& json, Word word);
void define(Schema schema, Word word);

// A string.
struct Text {
  std::string& value;
};
void read(const Json& json, const Place& place, Text text);
void write(Json& json, Text text);
void define(Schema schema, Text text);

// Prose: a string, or a list of lines.
struct Prose {
  std::string& value;
};
void read(const Json& json, const Place& place, Prose prose);
void write(Json& json, Prose prose);
void define(Schema schema, Prose prose);

// A list of situations by name (checkers/situations.hpp), each once.
struct Situations {
  std::vector<std::string>& names;
};
void read(const Json& json, const Place& place, Situations situations);
void write(Json& json, Situations situations);
void define(Schema schema, Situations situations);

// A list of checkers by name (checkers/suite.hpp), each once.
struct CheckerNames {
  std::vector<std::string>& names;
};
void read(const Json& json, const Place& place, CheckerNames checkers);
void write(Json& json, CheckerNames checkers);
void define(Schema schema, CheckerNames checkers);

// "S1" to "Sn", or "any"
struct HostName {
  std::optional<sim::HostId>& host;
  std::uint32_t servers;
};
void read(const Json& json, const Place& place, HostName name);
void write(Json& json, HostName name);
void define(Schema schema, HostName name);

// Which operations of a disk fail.
inline constexpr std::array<Named<sim::FailingOperations>, 4> failing_names{{{"none", sim::FailingOperations::none},
                                                                             {"writes", sim::FailingOperations::writes},
                                                                             {"fsyncs", sim::FailingOperations::syncs},
                                                                             {"all", sim::FailingOperations::all}}};

// "AppendEntriesReply", ..., or "any"; "any-request" and "any-reply" between servers
struct PacketKind {
  std::optional<std::uint8_t>& kind;
  std::uint64_t& kinds;  // several: see sim::Rule
};
void read(const Json& json, const Place& place, PacketKind kind);
void write(Json& json, PacketKind kind);
void define(Schema schema, PacketKind kind);

// A list of mutations by name (core/mutation.hpp), each once: the known bugs to plant.
struct Planted {
  core::Mutations& mutations;
};
void read(const Json& json, const Place& place, Planted planted);
void write(Json& json, Planted planted);
void define(Schema schema, Planted planted);

// Values for --set: any JSON, kept as --set takes it.
struct Settings {
  std::vector<std::string>& values;
};
void read(const Json& json, const Place& place, Settings settings);
void write(Json& json, Settings settings);
void define(Schema schema, Settings settings);

// VALUE of --set PATH=VALUE: JSON if it reads as JSON, and a string otherwise.
[[nodiscard]] Json setting_value(const std::string& text);

}  // namespace raftsim::scenarios::json
